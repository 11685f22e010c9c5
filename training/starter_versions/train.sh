#!/bin/sh
# Usage: training/starter_versions/train.sh FOLDER [long], where FOLDER holds mnist/ and unipen/ as they are published.
# Trains both starter versions with the site's own pipeline and writes them beside this file. `make train-starter`
# gives it a database of its own. Without `long` it makes what lies here: an hour on two cores. The long recipe is for
# a machine with more of them: three seeds of each network, of which validation chooses.
set -eu
cd "$(dirname "$0")/../.."
data=$1
recipe=${2:-short}
manage=".venv/bin/python manage.py"

train() { $manage train "$@" --sources mnist,unipen --publish always; }

$manage migrate --verbosity 0
$manage import_drawings mnist "$data/mnist"
$manage import_drawings unipen "$data/unipen"
if [ "$recipe" = long ]; then
    train digits --copies 23 --epochs 8 --averaging 0.05 --elastic 0.8 --unfinished 0.05 --seeds 1,2,3
    train digit-or-not --fine-tune --copies 7 --epochs 6 --averaging 0.05 --elastic 0.8 --seeds 1,2,3
else
    train digits --copies 7 --epochs 4 --seed 1 --no-calibrate
    train digits --start-from published --copies 0 --epochs 1 --learning-rate 1e-4 --averaging 0.3 --seed 2
    train digit-or-not --fine-tune --copies 1 --epochs 1 --averaging 0.1 --seed 1
    train digit-or-not --start-from published --copies 1 --epochs 1 --learning-rate 1e-3 --averaging 0.1 --seed 2
    train digit-or-not --start-from published --copies 2 --epochs 1 --learning-rate 1e-3 --averaging 0.1 --seed 3
fi
$manage export_starter_versions

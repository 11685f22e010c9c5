#!/bin/sh
# Usage: training/starter_versions/train.sh FOLDER [SEEDS], where FOLDER holds mnist/ and unipen/ (see the README).
# Trains both starter versions with the site's own pipeline and writes them beside this file. `make train-starter`
# gives it a database of its own. It takes an hour on two quick cores. With several SEEDS, such as
# 1,2,3, it trains each network as often, and the drawings of validation choose.
set -eu
cd "$(dirname "$0")/../.."
data=$1
seeds=${2:-1}
manage=".venv/bin/python manage.py"

train() { $manage train "$@" --sources mnist,unipen --seeds "$seeds" --publish always; }

$manage migrate --verbosity 0
$manage import_drawings mnist "$data/mnist"
$manage import_drawings unipen "$data/unipen"
train digits --architecture wide --copies 41 --epochs 1 --learning-rate 3e-3 --averaging 0.1 --label-smoothing 0.02 \
    --zoom 0.12 --shear 0.15 --shift 2 --elastic 0.7 --pen-high 5 --dotted 0.1 --unfinished 0.03
train digit-or-not --fine-tune --copies 10 --epochs 1 --averaging 0.1 --pen-high 4 --elastic 0.8 --dotted 0.05 \
    --outliers 0.25
$manage export_starter_versions

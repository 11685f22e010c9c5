#!/bin/sh
# Usage: training/starter_versions/train.sh FOLDER, where FOLDER holds mnist/ and unipen/ as they are published.
# Trains both starter versions with the site's own pipeline and writes them beside this file. `make train-starter`
# gives it a database of its own. The digit-or-not that lies here was trained before digits knew every pen: see its card.
set -eu
cd "$(dirname "$0")/../.."
data=$1
manage=".venv/bin/python manage.py"

$manage migrate --verbosity 0
$manage import_drawings mnist "$data/mnist"
$manage import_drawings unipen "$data/unipen"
$manage train digits --sources mnist,unipen --copies 7 --epochs 4 --seed 1 --publish always
$manage train digit-or-not --sources mnist,unipen --fine-tune --copies 2 --epochs 2 --seed 1 --publish always
$manage export_starter_versions

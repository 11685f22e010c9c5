#!/bin/sh
# Usage: training/starter_versions/measure.sh FOLDER, where FOLDER holds mnist/ and unipen/ (see the README).
# Tests the starter versions again, without training them, and writes their figures beside this file.
# `make measure-starter DATA=FOLDER` gives it a database of its own.
set -eu
cd "$(dirname "$0")/../.."
data=$1
manage=".venv/bin/python manage.py"

$manage migrate --verbosity 0
$manage import_drawings mnist "$data/mnist"
$manage import_drawings unipen "$data/unipen"
$manage load_starter_versions
$manage measure_starter_versions --sources mnist,unipen
$manage export_starter_versions

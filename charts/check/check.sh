#!/usr/bin/env bash
# Checks the chart: check.sh PYTHON, an interpreter with the packages of requirements.txt. Needs no cluster.
#     scripts/python-env.sh target/chart-env charts/check/requirements.txt
#     charts/check/check.sh target/chart-env/bin/python
set -euo pipefail
# Not the file behind a link: beside the link are the packages.
python=("$(realpath --no-symlinks "${1:?usage: check.sh PYTHON}")" -B)
cd "$(dirname "$0")"

"${python[@]}" make_schema.py --check
"${python[@]}" make_readme.py --check
"${python[@]}" -m unittest discover --pattern 'test_*.py'

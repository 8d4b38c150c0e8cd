#!/usr/bin/env bash
# Creates the environment from requirements.lock (exact versions, checked by hash):
#   tools/make_environment.sh PYTHON FOLDER
# uv installs in seconds; where it cannot be had, pip installs the same file in minutes.
set -euo pipefail
python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python 3.11 or newer is needed, and '$python' is not one. Install it, or name it: make PYTHON=/path/to/python3.12" >&2
  exit 1
fi
rm -rf "$folder"

if command -v uv >/dev/null 2>&1; then
  uv venv --quiet --python "$python" "$folder"
  uv=uv
else
  if ! "$python" -m venv "$folder" 2>/dev/null; then
    echo "'$python -m venv' failed. On Debian or Ubuntu: apt-get install python3-venv" >&2
    exit 1
  fi
  # uv comes from the same lock file, checked by its hash
  awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements.lock >"$folder/uv.lock"
  uv=""
  if "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
      --no-deps -r "$folder/uv.lock"; then
    uv="$folder/bin/uv"
  else
    echo "uv cannot be installed here: using pip, which takes a few minutes."
  fi
fi

echo "Installing the packages of requirements.lock into $folder ..."
if [ -n "$uv" ]; then
  "$uv" pip sync --quiet --require-hashes --compile-bytecode --python "$folder/bin/python" requirements.lock
  "$uv" pip install --quiet --no-deps --no-build-isolation --python "$folder/bin/python" --editable .
else
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi

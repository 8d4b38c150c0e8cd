#!/usr/bin/env bash
# Creates the environment from requirements.lock (exact versions, checked by hash):
#   tools/make_environment.sh PYTHON FOLDER
# uv installs in seconds; where it cannot be had or fails, pip installs the same file in minutes.
set -euo pipefail
python=$1
folder=$2

# an environment is never made by the Python of the one that it replaces
PATH=${PATH//"$PWD/$folder/bin:"/}
unset VIRTUAL_ENV

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python 3.11 or newer is needed, and '$python' is not one." >&2
  echo "Install it, or name it: make PYTHON=/path/to/python3.12" >&2
  exit 1
fi
# the certificates of the machine, as pip uses them: behind many networks they are the right ones
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
export UV_PYTHON_DOWNLOADS=never

with_venv() {
  rm -rf "$folder"
  if ! "$python" -m venv "$folder" >/dev/null; then
    rm -rf "$folder"
    echo "'$python -m venv' failed. On Debian or Ubuntu: apt-get install python3-venv" >&2
    exit 1
  fi
}

with_uv() { # with_uv UV
  "$1" pip sync --quiet --require-hashes --compile-bytecode \
    --python "$folder/bin/python" requirements.lock &&
    "$1" pip install --quiet --no-deps --no-build-isolation \
      --python "$folder/bin/python" --editable .
}

with_pip() {
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps -r requirements.lock
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation --editable .
}

echo "Installing the packages of requirements.lock into $folder ..."
if command -v uv >/dev/null 2>&1; then
  rm -rf "$folder"
  uv venv --quiet --python "$python" "$folder" && with_uv uv && exit 0
else
  with_venv
  # uv comes from the same lock file, checked by its hash; out of the way of the sync
  bootstrap=$(mktemp -d)
  trap 'rm -rf "$bootstrap"' EXIT
  awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements.lock >"$bootstrap/uv.txt"
  if "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps --target "$bootstrap/uv" -r "$bootstrap/uv.txt"; then
    with_uv "$bootstrap/uv/bin/uv" && exit 0
  fi
fi
echo "uv cannot be used here: installing with pip, which takes a few minutes."
with_venv
with_pip

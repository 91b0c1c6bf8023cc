# Every bash that GoNB starts reads this first (BASH_ENV in kernel.json): for a line with !, a cell with %%bash. It goes on as the same
# bash, below a process that holds it in bounds (cell.go). A bash below such a process is there already.
if [ -z "${GONB_BOUNDED:-}" ]; then
  if [ -n "${BASH_EXECUTION_STRING+set}" ]; then
    exec "$GONB_BOUNDER" -bounded "$BASH" -c "$BASH_EXECUTION_STRING"
  fi
  exec "$GONB_BOUNDER" -bounded "$BASH" # it reads its standard input
fi

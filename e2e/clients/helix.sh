#!/bin/sh
# Helix in a terminal of tmux: diagnostics, hover, code action, :write. Prints TAP.
# HX is the command that starts it, PAIR holds one mistake a line: path, line of the flags, place of the address, and what
# the diagnostic, the hover and the fix say.
set -u
socket=warden-$$
tmux_() { tmux -L "$socket" -f /dev/null "$@"; }
screen() { tmux_ capture-pane -p; }
trap 'tmux_ kill-server 2>/dev/null' EXIT

appears() {
  tries=0
  until screen | grep -qE "$1"; do
    tries=$((tries + 1))
    [ $tries -gt 200 ] && return 1
    sleep 0.1
  done
}
vanishes() {
  tries=0
  while screen | grep -qE "$1"; do
    tries=$((tries + 1))
    [ $tries -gt 200 ] && return 1
    sleep 0.1
  done
}
check() {
  title=$1
  shift
  if "$@"; then echo "ok - $title"; return; fi
  echo "not ok - $title"
  screen | sed 's/^/# /'
  exit 1
}
keys() { tmux_ send-keys "$@"; }
# An Escape that is followed too soon makes the next key an Alt key.
escape() {
  keys Escape
  sleep 0.2
}
command() {
  escape
  keys -l ":$1"
  keys Enter
}

echo "1..$(($(printf '%s\n' "$PAIR" | wc -l) * 4))"
tmux_ new-session -d -x 160 -y 50 "XDG_CONFIG_HOME='$CONFIG' XDG_CACHE_HOME='$CONFIG/cache' $HX"
appears NOR
tab=$(printf '\t')
printf '%s\n' "$PAIR" | while IFS=$tab read -r path line place says stage fix; do
  name=$(basename "$path")
  command "open $path:$place"
  check "$name: a diagnostic in its line" appears "$says"
  keys Space k
  check "$name: the hover" appears "$stage"
  escape
  escape
  command "goto $line"
  keys x x
  keys Space a
  appears "$fix" || {
    echo "not ok - $name: the fix removes the diagnostic"
    screen | sed 's/^/# /'
    exit 1
  }
  keys Enter
  check "$name: the fix removes the diagnostic" vanishes "$says"
  command write
  check "$name: saved" appears "written"
done
command 'quit!'
sleep 0.3

#!/bin/sh
# Unpacks editors of a newer Debian suite, with every library they need, into a folder of their own, and writes a
# wrapper for each that starts it with that suite's loader. Nothing is installed; the mirror is that of the machine's
# own apt sources.
# usage: get-newer-editors.sh DEST [SUITE]
set -eu
suite=${2:-trixie}
dest=$(mkdir -p "$1" && cd "$1" && pwd)
[ -e "$dest/bin/hx" ] && exit 0
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
key=/usr/share/keyrings/debian-archive-keyring.gpg
apt=$dest/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$dest/bin"
echo "deb [signed-by=$key] $mirror $suite main" > "$apt/sources.list"
: > "$apt/status"
cat > "$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
APT::Install-Recommends "0";
Acquire::Retries "5";
CONF
export APT_CONFIG="$apt/apt.conf"
apt-get -qq update
apt-get -qq -y --download-only install neovim hx emacs-nox > /dev/null
for package in "$apt"/cache/archives/*.deb; do dpkg -x "$package" "$dest/root"; done
rm -rf "$apt"

triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
lib=$dest/root/usr/lib/$triplet
loader=$(find -L "$dest/root/usr/lib64" "$lib" -maxdepth 1 -name 'ld-linux*.so.*' 2>/dev/null | head -1)
wrapper() { # NAME BINARY-AND-ARGUMENTS ENVIRONMENT…
	name=$1 command=$2
	shift 2
	{
		echo '#!/bin/sh'
		for setting in "$@"; do echo "export $setting"; done
		echo "exec '$loader' --library-path '$lib' $command \"\$@\""
	} > "$dest/bin/$name"
	chmod +x "$dest/bin/$name"
}
root=$dest/root/usr
wrapper nvim "'$root/bin/nvim'" "VIMRUNTIME='$root/share/nvim/runtime'" \
	"LUA_CPATH='$lib/lua/5.1/?.so;$lib/lua/5.1/?/?.so'" "LUA_PATH='$root/share/lua/5.1/?.lua;$root/share/lua/5.1/?/init.lua'"
emacs=$(find "$root/share/emacs" -maxdepth 1 -name '[0-9]*')
dump=$(find "$root/libexec/emacs" -name '*.pdmp')
wrapper emacs "'$root/bin/emacs-nox' --dump-file='$dump'" "EMACSDATA='$emacs/etc'" \
	"EMACSPATH='$(dirname "$dump")'" "EMACSLOADPATH='$(find "$emacs/lisp" -type d | tr '\n' ':')'"
wrapper hx "'$root/bin/hx'" "HELIX_RUNTIME='$root/lib/hx/runtime'"

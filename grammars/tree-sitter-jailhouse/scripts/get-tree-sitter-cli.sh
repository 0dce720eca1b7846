#!/bin/sh
# Unpacks Debian's tree-sitter-cli, with the C library that it needs, into a folder of its own; installs nothing.
# The mirror is the one in this machine's apt sources. Elsewhere, put a tree-sitter 0.26 into PATH instead.
# usage: get-tree-sitter-cli.sh FOLDER     (then FOLDER/tree-sitter runs it)
set -eu
suite=forky
folder=$(mkdir -p "$1" && cd "$1" && pwd)
sources=/etc/apt/sources.list.d/debian.sources
mirror=$(sed -n 's/^URIs: *//p' "$sources" | head -1)
key=$(sed -n 's/^Signed-By: *//p' "$sources" | head -1)

apt="$folder/apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
echo "deb [signed-by=$key] $mirror $suite main" > "$apt/sources.list"
cat > "$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
CONF
export APT_CONFIG="$apt/apt.conf"
apt-get -qq update
(cd "$apt/debs" && apt-get -qq download "tree-sitter-cli/$suite" "libc6/$suite" "libgcc-s1/$suite")
for package in "$apt"/debs/*.deb; do dpkg -x "$package" "$folder/root"; done
rm -r "$apt"

libraries=$(dirname "$(find "$folder/root" -name 'ld-linux*.so.*' -path '*-linux-gnu*' | head -1)")
loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux*.so.*' | head -1)
cat > "$folder/tree-sitter" <<WRAPPER
#!/bin/sh
exec "$loader" --library-path "$libraries" "$folder/root/usr/bin/tree-sitter" "\$@"
WRAPPER
chmod +x "$folder/tree-sitter"

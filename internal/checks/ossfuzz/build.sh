#!/usr/bin/env bash
# Builds every fuzz target of the root module for OSS-Fuzz, in the image of the
# Dockerfile beside it. It changes the checkout, so run it in a copy.
#
# Targets are found by their names: a new one needs no line here. Most stand in
# external test packages, which the builder does not read. Those move, with
# their siblings, into a package "ossfuzz" below the one that they test.
set -euo pipefail
cd "$SRC/cognito-go"
export GOWORK=off

module=$(go list -m)

# targets prints a line for each target of the module: its folder, its file,
# the package clause of the file, and its name.
targets() {
	go list -f '{{$dir := .Dir}}{{range .TestGoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}' ./... | while read -r file; do
		[ -n "$file" ] || continue
		sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r name; do
			echo "$(dirname "$file") $file $(sed -n 's/^package //p' "$file" | head -n 1) $name"
		done
	done
}

# move puts test files of a package into the package "ossfuzz" below it.
move() {
	local folder=$1 clause=$2 file
	mkdir "$folder/ossfuzz"
	for file in "$folder"/*.go; do
		if grep -q "^package $clause\$" "$file"; then
			sed "s/^package $clause\$/package ossfuzz/" "$file" >"$folder/ossfuzz/$(basename "$file")"
			[ "$clause" = main ] || rm "$file"
		fi
	done
	echo "package ossfuzz" >"$folder/ossfuzz/package.go"
	if [ "$clause" = main ]; then # what it embeds
		find "$folder" -maxdepth 1 -type f ! -name '*.go' -exec cp {} "$folder/ossfuzz" \;
	fi
	if [ -d "$folder/testdata" ]; then cp -r "$folder/testdata" "$folder/ossfuzz"; fi
}

list=$(targets)
while read -r folder file clause name; do
	package=$folder
	case $clause in
	main | *_test)
		[ -d "$folder/ossfuzz" ] || move "$folder" "$clause"
		package=$folder/ossfuzz
		;;
	esac
	# What a package shows to its external tests, it has to show to the package "ossfuzz".
	for inside in "$folder"/*_test.go; do
		[ -f "$inside" ] && [ "$clause" != main ] || continue
		if ! grep -q -e '^package .*_test$' -e '^func Fuzz' "$inside"; then mv "$inside" "${inside%_test.go}_ossfuzz.go"; fi
	done
	path=$module${package#"$PWD"}
	binary=$(echo "${folder#"$PWD"/}" | tr '/-' '__')_$name
	echo "$path $name $binary"
done <<<"$list" >"$WORK/targets"

while read -r path name binary; do
	compile_native_go_fuzzer_v2 "$path" "$name" "$binary"
done <"$WORK/targets"

#!/bin/sh
# rotate.sh changes the session keys or the client secret of an app that runs.
# docs/operations.md, "Keys and their rotation", explains the steps.
set -eu
umask 077

usage() {
	cat >&2 <<'USAGE'
usage: rotate.sh keys FILE     add a new session key, wait, and let it seal
       rotate.sh add FILE      only the first step of keys: the new key is last
       rotate.sh front FILE    only the second step: the last key becomes the first
       rotate.sh drop FILE     30 days later: keep only the first key
       rotate.sh secret FILE   add a second client secret, write it, delete the old one

FILE is the app's SESSION_KEYS_FILE or COGNITO_CLIENT_SECRET_FILE. It is replaced
by a rename. Run the script as the user of the app, who can then read the file.

WAIT is how many seconds all processes of the app get to read a new file: 150 for
keys, and 0 for secret. If keys ends while it waits, continue with front.

Only one rotate.sh works on a file at a time: another one is refused until it ends.

secret uses the AWS CLI. It needs COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID, and
the rights to list, add and delete the secrets of the app client.
USAGE
	exit 2
}

die() {
	echo "rotate.sh: $*" >&2
	exit 1
}

locked=
new=
unused= # a secret at Cognito that no file has yet

# shellcheck disable=SC2329 # the trap calls it
clean() {
	status=$?
	[ -z "$new" ] || rm -f "$new"
	[ -z "$locked" ] || rmdir "$locked"
	[ -z "$unused" ] || delete_secret "$unused" || echo "rotate.sh: delete the secret $unused yourself: no file has it" >&2
	exit "$status"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# lock keeps other runs away from the file until this one ends, so that none
# overwrites a key that it has not read.
lock() {
	[ -f "$file" ] || die "$file: there is no such file"
	[ ! -L "$file" ] || die "$file is a symbolic link: name the file itself"
	if ! mkdir "$file.lock"; then
		[ ! -d "$file.lock" ] || die "another rotate.sh works on $file. If none does, remove the folder $file.lock"
		die "the folder of $file cannot be written to"
	fi
	locked=$file.lock
}

# begin makes a new file beside the old one.
begin() {
	new=$(mktemp "$file.XXXXXX")
}

# replace puts a text in place of the old file. Readers find one of the two.
replace() {
	printf '%s\n' "$1" >"$new"
	mv -f "$new" "$file"
	new=
}

# read_keys reads the keys, with one comma between two of them.
read_keys() {
	keys=$(tr -d ' \t\r\n' <"$file")
	keys=${keys%,}
	[ -n "$keys" ] || die "$file has no key"
}

add_key() {
	begin
	read_keys
	key=$(openssl rand -base64 32)
	replace "$keys,$key"
	echo "The new key is last: it opens cookies, and seals none yet."
}

front_key() {
	begin
	read_keys
	last=${keys##*,}
	[ "$last" != "$keys" ] || die "$file has only one key: add one first"
	replace "$last,${keys%,*}"
	echo "The new key seals now. Run drop after 30 days, the longest life of a session."
}

drop_keys() {
	begin
	read_keys
	replace "${keys%%,*}"
	echo "Only the first key is left."
}

client_secrets() {
	operation=$1
	shift
	aws cognito-idp "$operation" --region "${COGNITO_USER_POOL_ID%%_*}" \
		--user-pool-id "$COGNITO_USER_POOL_ID" --client-id "$COGNITO_CLIENT_ID" --output text "$@"
}

delete_secret() {
	client_secrets delete-user-pool-client-secret --client-secret-id "$1"
}

rotate_secret() {
	: "${COGNITO_USER_POOL_ID:?is missing}" "${COGNITO_CLIENT_ID:?is missing}"
	begin # before Cognito changes: the folder can be written to
	old=$(client_secrets list-user-pool-client-secrets --query 'ClientSecrets[].ClientSecretId')
	case $old in
	'' | None) die "the app client has no secret" ;;
	*[[:space:]]*) die "the app client has two secrets: delete the one that $file does not have" ;;
	esac
	added=$(client_secrets add-user-pool-client-secret \
		--query 'ClientSecretDescriptor.[ClientSecretId, ClientSecretValue]')
	unused=${added%%[[:space:]]*}
	secret=${added##*[[:space:]]}
	[ "$secret" != "$unused" ] || die "the AWS CLI printed no secret"
	replace "$secret"
	unused=
	sleep "${WAIT:-0}"
	delete_secret "$old"
	echo "$file has the new secret, and Cognito refuses the old one."
}

[ $# -eq 2 ] || usage
file=$2
case $1 in
keys | add | front | drop | secret) lock ;;
*) usage ;;
esac
case $1 in
keys)
	add_key
	sleep "${WAIT:-150}"
	front_key
	;;
add) add_key ;;
front) front_key ;;
drop) drop_keys ;;
secret) rotate_secret ;;
esac

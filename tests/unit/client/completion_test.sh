#!/bin/bash
# What bash offers after "netral ...". Usage: completion_test.sh BIN_DIR COMPLETION_FILE
set -u
PATH=$1:$PATH
# shellcheck source=client/netral.bash
. "$2"
failed=0

# expect WORDS... -- OFFERED...: the last word is the one that is being typed.
expect() {
	COMP_WORDS=()
	while [[ $1 != -- ]]; do
		COMP_WORDS+=("$1")
		shift
	done
	shift
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_netral netral 2>/dev/null
	if [[ ${COMPREPLY[*]} != "$*" ]]; then
		echo "${COMP_WORDS[*]}: offered \"${COMPREPLY[*]}\", not \"$*\"" >&2
		failed=1
	fi
}

expect netral wa -- watch
expect netral cor -- correct corrections
expect netral correct --set s -- status=
expect netral correct --clear p -- place people
expect netral retract --u -- --undo
expect netral correct --by "" --
expect netral s -- submit sources show stats status
expect netral in -- ingest-warc
expect netral ingest-warc --r -- --restart --runtime-dir
expect netral up --st -- --state-dir
expect netral watch --k -- --kind
expect netral watch --kind v -- violation
expect netral query --status s -- sanctioned
expect netral classify --input j -- json jsonl
expect netral rec -- reclassify
expect netral reclassify --w -- --wait
expect netral ex -- extract export
expect netral export --format p -- parquet-csv
expect netral export --no -- --no-bom
expect netral export --names m -- mask
expect netral stats --by r -- regency
expect netral extract --u -- --url
expect netral sources "" -- list test add
expect netral sources add --kind "" -- feed sitemap page
expect netral sources add --no -- --no-test
expect netral status --sources --j -- --json
expect netral status --m -- --metrics
expect netral dead "" -- list retry drop
expect netral alert "" -- test failed replay
expect netral alert failed "" -- list retry
expect netral alert failed retry "" --
expect netral alert replay --from "" --
expect netral up --al -- --alerts --allow
expect netral dead r -- retry
expect netral show --json "" --
exit $failed

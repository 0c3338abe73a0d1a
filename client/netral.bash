# bash completion for netral(1). Commands and options are what the program's own --help lists.

_netral_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_netral_commands()
{
	"$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'
}

_netral_options()
{
	"$1" "$2" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p'
}

_netral_value()
{
	case $prev in
	--kind)
		if [[ ${COMP_WORDS[1]} == sources ]]; then
			_netral_words "feed sitemap page"
		else
			_netral_words "session violation pledge"
		fi
		;;
	--status)
		_netral_words "held planned alleged under_review found sanctioned dismissed made"
		;;
	--input)
		_netral_words "text html json jsonl"
		;;
	--format)
		_netral_words "jsonl csv parquet-csv atom ics"
		;;
	--names)
		_netral_words "mask full national province regency district village"
		;;
	--by)
		_netral_words "kind status province regency month conduct"
		;;
	--from)
		_netral_words "beginning"
		;;
	--state-dir | --spool | --runtime-dir | --data)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		compopt -o filenames
		;;
	--state | --sources | --output)
		# Of status it is a flag.
		[[ ${COMP_WORDS[1]} == status ]] && return 1
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames
		;;
	--area | --since | --until | --limit | --count | --workers | --wait | --title | --url | --published | --contact | --allow | --name | --min-interval | --updates | --replay)
		COMPREPLY=()
		;;
	*)
		return 1
		;;
	esac
}

_netral_operand()
{
	case $1 in
	submit | classify | extract | ingest-warc)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames
		;;
	sources)
		[[ $COMP_CWORD -eq 2 ]] && _netral_words "list test add"
		;;
	dead)
		[[ $COMP_CWORD -eq 2 ]] && _netral_words "list retry drop"
		;;
	esac
}

_netral()
{
	local cur=${COMP_WORDS[COMP_CWORD]}
	local prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]}
	COMPREPLY=()

	if [[ $COMP_CWORD -eq 1 ]]; then
		_netral_words "$(_netral_commands "$1") --help --version"
		return
	fi
	_netral_value && return
	if [[ $cur == -* ]]; then
		_netral_words "$(_netral_options "$1" "$command")"
	else
		_netral_operand "$command"
	fi
}

complete -F _netral netral

# bash completion for prog
_prog() {
  local cur prev word='' flags i
  COMPREPLY=() cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  case "$prev" in
    -r|--root) compopt -o dirnames; return ;;
    --level) COMPREPLY=($(compgen -W "low high" -- "$cur")); return ;;
    --match-a-very-long-flag-name) :; return ;;
    -f|--file) :; return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
    run|get|user|help|version) word=${COMP_WORDS[i]}; break ;;
    esac
  done
  case "$word" in
    run) flags="-r --root --color --no-color -f --file -h --help" ;;
    get) flags="--color --no-color --level --match-a-very-long-flag-name -f --file -h --help" ;;
    user) flags="-f --file -h --help" ;;
    help) flags="-f --file -h --help" ;;
    version) flags="-f --file -h --help" ;;
    *) flags="-r --root --color --no-color -f --file -h --help" ;;
  esac
  case "$word:$prev:$cur" in
    *:*:-*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    help:help:*) COMPREPLY=($(compgen -W "run get user" -- "$cur")) ;;
    user:user:*) COMPREPLY=($(compgen -W "add list" -- "$cur")) ;;
    :*) COMPREPLY=($(compgen -W "run get user help version" -- "$cur")) ;;
  esac
}
complete -o bashdefault -o default -F _prog prog

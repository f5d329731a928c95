#compdef prog
_prog() {
  local curcontext=$curcontext state line
  local -a commands
  commands=('run:run it' 'get:take \[one\]\: it'\''s free' 'user:list users' 'help:print help, or the help of a command' 'version:print the version')
  _arguments -C '-r[folder to use]:DIR:_files -/' '--root[folder to use]:DIR:_files -/' '--color[use colour]' '--no-color[use colour]' '-f[input]:FILE:_files' '--file[input]:FILE:_files' '-h[print]' '--help[print]' '1:command:->command' '*::argument:->argument'
  case "$state" in
  command) _describe command commands ;;
  argument)
    case "$line[1]" in
    run)
      _arguments '-r[folder to use]:DIR:_files -/' '--root[folder to use]:DIR:_files -/' '--color[use colour]' '--no-color[use colour]' '-f[input]:FILE:_files' '--file[input]:FILE:_files' '-h[print]' '--help[print]' '*:file:_files' ;;
    get)
      _arguments '--color[use colour]' '--no-color[use colour]' '--level[how much]:LEVEL:(low high)' '*--match-a-very-long-flag-name[a pattern that is so long that it wraps]:VALUE:' '-f[input]:FILE:_files' '--file[input]:FILE:_files' '-h[print]' '--help[print]' '*:file:_files' ;;
    user)
      _arguments '-f[input]:FILE:_files' '--file[input]:FILE:_files' '-h[print]' '--help[print]' '1:command:(add list)' ;;
    help)
      _arguments '-f[input]:FILE:_files' '--file[input]:FILE:_files' '-h[print]' '--help[print]' '1:command:(run get user)' ;;
    version)
      _arguments '-f[input]:FILE:_files' '--file[input]:FILE:_files' '-h[print]' '--help[print]' '*:file:_files' ;;
    esac ;;
  esac
}
if [ "$funcstack[1]" = _prog ]; then _prog "$@"
else compdef _prog prog; fi

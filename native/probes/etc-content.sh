# shellcheck shell=sh
# needs: lib/etc-trees.sh
# A piece of one version of a file of /etc. Reads only; no link is followed, in whatever part of the path. What the frame holds:
# electron/core/etc/content.ts. Arguments: as probes/etc has the first four; then `base`, `local` or `target`; the path below it,
# for printf's %b; the first byte, from 0; how many bytes.

main() {
  use_trees "$1" "$2" "$3" "$4"
  case $5 in
    base) folder=$BASE ;;
    local) folder=$LOCAL ;;
    target) folder=$TARGET ;;
    *) return 64 ;;
  esac
  # The x keeps line feeds at the end of a name.
  path=$(printf '%bx' "$6")
  frame content inside "$5" sh -c "$READ_PIECE" sh "$folder" "${path%x}" "$7" "$8"
}

# A line of stat, then the bytes, or where a link points. Where a part of the path turns into a link meanwhile, nothing is read.
# shellcheck disable=SC2016 # a script of its own
READ_PIECE='
refuse() { printf "%s\n" "$1" >&2; exit 1; }
cd -P "$1/." || exit
rest=$2
while :; do
  case $rest in */*) ;; *) break ;; esac
  part=${rest%%/*}
  rest=${rest#*/}
  wanted=${PWD%/}/$part
  [ ! -L "./$part" ] || refuse "a part of the path is a link"
  cd -P "./$part" || exit
  [ "$PWD" = "$wanted" ] || refuse "a part of the path is a link"
done
file=./$rest
node=$(stat -c "%f %u %g %s %y %d %i" "$file") || exit
if [ -L "$file" ]; then
  printf "%s\n" "$node"
  exec readlink -n "$file"
fi
if [ ! -f "$file" ]; then
  printf "%s\n" "$node"
  exit
fi
exec 3<"$file" || exit
opened=$(stat -L -c "%f %u %g %s %y %d %i" /proc/self/fd/3)
[ "${opened##*+}" = "${node##*+}" ] || refuse "it was replaced while it was opened"
printf "%s\n" "$opened"
tail -c "+$(($3 + 1))" <&3 | head -c "$4"
'

main "$@"

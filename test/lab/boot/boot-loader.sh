# shellcheck shell=bash disable=SC2034 # what choose_entry sets is for boot.sh
# The boot loader: chooses a BLS entry as GRUB's blscfg does, and counts boots as greenboot's 08_fallback_counting does.

# choose_entry BOOT: sets `entry` (file), `kernel` and `options` from /boot/loader/entries. The highest `version` is the default;
# greenboot's counter in lab-grubenv may choose the second.
choose_entry() {
  local file found=() place
  for file in "$1"/loader/entries/*.conf; do
    found+=("$(value_of version "$file") $file")
  done
  if [[ ${#found[@]} -eq 0 ]]; then
    echo "boot loader: no entry in /boot/loader/entries" >&2
    exit 70
  fi
  mapfile -t found < <(printf '%s\n' "${found[@]}" | sort -rn)
  place=$(count_boot "$1/lab-grubenv")
  entry=${found[place]:-${found[0]}}
  entry=${entry#* }
  kernel=$(value_of linux "$entry")
  options=$(value_of options "$entry")
  echo "Booting ${entry##*/}: $(value_of title "$entry")"
}

# value_of KEY FILE
value_of() {
  sed -n "s/^$1[[:space:]]*//p" "$2"
}

# count_boot GRUBENV: prints 0 for the default entry, 1 for the fallback. With `boot_counter` set and the last boot not confirmed
# (boot_success is not 1) the counter goes down; at 0 the fallback is booted and the counter says -1. boot_success begins at 0.
count_boot() {
  [[ -e $1 ]] || { echo 0 && return; }
  local counter success place=0
  counter=$(sed -n 's/^boot_counter=//p' "$1")
  success=$(sed -n 's/^boot_success=//p' "$1")
  if [[ -n $counter && $success != 1 ]]; then
    if [[ $counter -le 0 ]]; then
      counter=-1
      place=1
    else
      counter=$((counter - 1))
    fi
  fi
  {
    grep -vE '^boot_(counter|success)=' "$1" || true
    if [[ -n $counter ]]; then echo "boot_counter=$counter"; fi
    echo boot_success=0
  } >"$1.new"
  mv "$1.new" "$1"
  echo "$place"
}

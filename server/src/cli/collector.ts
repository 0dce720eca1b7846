/**
 * The collector: a POSIX shell script that is carried to the target and run there as root. It reads, and writes one tar
 * file; nothing of this tool runs on the target.
 */
export const COLLECTOR = String.raw`#!/bin/sh
# Collects the facts of this machine that Jailhouse configurations depend on into one tar file.
# Reads only; needs root (without it the kernel shows zeroed addresses); needs only sh, cp, tar.
set -u
out=${'$'}{1:-}
case "$out" in ''|-*) echo "usage: $0 FACTS.tar" >&2; exit 2;; esac
[ "$(id -u)" = 0 ] || { echo "$0: run as root: without it /proc/iomem shows zeros" >&2; exit 1; }
[ "$(cat /sys/devices/jailhouse/enabled 2>/dev/null)" = 1 ] && { echo "$0: disable Jailhouse first" >&2; exit 1; }
dir=$(mktemp -d "${'$'}{TMPDIR:-/tmp}/facts.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
# sysfs and procfs lie about sizes, so files are copied by reading, never archived in place
target() { [ -e "$1" ] && readlink -f "$1"; }
take() { for f; do [ -r "$f" ] && [ ! -d "$f" ] && mkdir -p "$dir/${'$'}{f%/*}" && cat "$f" > "$dir$f" 2>/dev/null; done; }
take /proc/iomem /proc/ioports /proc/interrupts /proc/cmdline /proc/cpuinfo /proc/version /proc/config.gz
take "/boot/config-$(uname -r)"
take /sys/firmware/fdt
take /sys/firmware/acpi/tables/APIC* /sys/firmware/acpi/tables/MCFG* /sys/firmware/acpi/tables/DMAR* \
     /sys/firmware/acpi/tables/IVRS* /sys/firmware/acpi/tables/IORT* /sys/firmware/acpi/tables/SPCR* \
     /sys/firmware/acpi/tables/DBG2* /sys/firmware/acpi/tables/GTDT* /sys/firmware/acpi/tables/FACP*
take /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name /sys/class/dmi/id/bios_version
take /sys/devices/jailhouse/enabled
for d in /sys/bus/pci/devices/*; do take "$d/config" "$d/resource" "$d/irq"; done
for d in /sys/class/tty/*; do take "$d/type" "$d/io_type" "$d/port" "$d/iomem_base" "$d/iomem_reg_shift" "$d/irq" "$d/uartclk"; done
for d in /sys/devices/system/cpu/cpu[0-9]*; do take "$d/uevent" "$d/regs/identification/midr_el1"; done
take /sys/devices/system/cpu/online /sys/devices/system/cpu/possible
for d in /sys/firmware/memmap/*; do take "$d/start" "$d/end" "$d/type"; done
mkdir -p "$dir/warden"
{ for bus in platform amba pci; do for d in /sys/bus/$bus/devices/*; do
    [ -e "$d" ] || continue
    node=$(target "$d/of_node"); drv=$(target "$d/driver")
    grp=$(target "$d/iommu_group"); unit=$(target "$d/iommu")
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$bus" "${'$'}{d##*/}" "${'$'}{node#/sys/firmware/devicetree/base}" "${'$'}{drv##*/}" "${'$'}{grp##*/}" "${'$'}{unit##*/}"
  done; done; } > "$dir/warden/devices.tsv"
for d in /sys/kernel/irq/*; do
  [ -r "$d/hwirq" ] && printf '%s\t%s\t%s\t%s\n' "$(cat "$d/chip_name")" "$(cat "$d/hwirq")" "$(cat "$d/type")" "$(cat "$d/actions")"
done > "$dir/warden/irqs.tsv" 2>/dev/null
dmesg > "$dir/warden/dmesg" 2>/dev/null
{ echo "format 1"; date -u '+date %Y-%m-%dT%H:%M:%SZ'; uname -srm; } > "$dir/warden/about"
tar -C "$dir" -cf "$out" . && echo "$out: $(tar -tf "$out" | wc -l) entries"
`

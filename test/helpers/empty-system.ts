/**
 * Commands that see all of this system but for the places of certificates, which are empty and can be written to: a mount
 * namespace with a root of its own.
 */
import { spawnSync } from 'node:child_process';

export interface EmptySystem {
  /** The prefix of a command that runs there: `[...prefix, 'node', ...]`. */
  readonly prefix: readonly string[];
  /** The same as a root without the right to read files against their permissions. */
  readonly unprivileged: readonly string[];
  readonly works: boolean;
  readonly canDropPrivileges: boolean;
}

const HIDDEN = ['etc', 'var/lib', 'usr/local/etc', 'usr/local/share', 'usr/share/ca-certificates'];
const DROPPED = ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];

const script = (newRoot: string): string => `
  set -e
  mount -t tmpfs none ${newRoot}
  for entry in /*; do
    case "$entry" in /nix | /system | /apex | /opt | /run | /data) continue ;; esac
    if [ -L "$entry" ]; then cp -P "$entry" "${newRoot}$entry"; continue; fi
    [ -d "$entry" ] || continue
    mkdir "${newRoot}$entry"
    mount --rbind "$entry" "${newRoot}$entry"
  done
  for hidden in ${HIDDEN.join(' ')}; do
    [ ! -d ${newRoot}/$hidden ] || mount -t tmpfs none ${newRoot}/$hidden
  done
  exec chroot ${newRoot} sh -c 'cd "$0" && exec "$@"' "$PWD" "$@"`;

/** Returns a system over the empty directory `newRoot`, which stays empty for other processes. */
export function emptySystem(newRoot: string): EmptySystem {
  const prefix = ['unshare', '-rm', '--', 'sh', '-c', script(newRoot), 'sh'];
  const unprivileged = [...prefix, 'setpriv', ...DROPPED];
  const runs = ([program = '', ...args]: readonly string[]): boolean =>
    spawnSync(program, [...args, 'true']).status === 0;
  return {
    prefix,
    unprivileged,
    works: process.platform === 'linux' && runs(prefix),
    canDropPrivileges: process.platform === 'linux' && runs(unprivileged),
  };
}

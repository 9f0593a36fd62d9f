// The flags of Node's command line that concern TLS, from the command line itself and from NODE_OPTIONS.

/** Returns the flags, each as `--name` or `--name=value` with hyphens. */
function all(): string[] {
  const words = (process.env['NODE_OPTIONS'] ?? '').split(/\s+/);
  return [...words, ...process.execArgv];
}

/** Whether the flag is given, and not taken back by `--no-...`. */
export function hasFlag(name: string): boolean {
  const spelled = all().map((word) => word.replaceAll('_', '-'));
  return spelled.lastIndexOf(`--${name}`) > spelled.lastIndexOf(`--no-${name}`);
}

/** Returns the value of a flag `--name=value`; null without it. */
export function flagValue(name: string): string | null {
  const prefix = `--${name}=`;
  return (
    all()
      .findLast((word) => word.startsWith(prefix))
      ?.slice(prefix.length) ?? null
  );
}

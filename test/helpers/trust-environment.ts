/** Values of SSL_CERT_FILE and SSL_CERT_DIR while a function runs in this process. */
export interface TrustVariables {
  readonly SSL_CERT_FILE?: string;
  readonly SSL_CERT_DIR?: string;
}

const NAMES = ['SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

export function withTrust<T>(variables: TrustVariables, act: () => T): T {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  for (const name of NAMES) set(name, variables[name]);
  try {
    return act();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

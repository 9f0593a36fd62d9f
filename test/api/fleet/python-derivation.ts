/** The key of period 1000 of twelve hours, for the secret 'a secret of thirty-two characters', as Python derives it by docs/fleet.md. */
export const PYTHON = {
  key:
    '6a79f059dab316ae6ceaf2c10dc307a3b97f9835ecb62e4c470f21db9260056682f5be10342451ff' +
    '7789759e1ede314c3f2f6d7f51b1a0e46e6f264f0938295b811af8e48d007b53c27984790a0fa275',
} as const;

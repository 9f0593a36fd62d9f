// Loaded before the program (--import): every name has the addresses 127.0.0.2 and 127.0.0.1, in this order.
process.getBuiltinModule('node:dns/promises').lookup = async () => [
  { address: '127.0.0.2', family: 4 },
  { address: '127.0.0.1', family: 4 },
];

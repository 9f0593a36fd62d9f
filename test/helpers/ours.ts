/** This package as a peer of the others: its servers and clients, with the same options and facts. */
export { startOurServer, type OurServer, type OurServerOptions } from './ours-server.js';
export {
  connectOurs,
  type OurClientFacts,
  type OurClientOptions,
  type OurSession,
} from './ours-client.js';
export type { OurFacts, OurOptions } from './ours-context.js';

// A handshake within this process, for the other modules of this folder.
import * as ssl from 'hermetic-ssl/ssl';

function step(object) {
  try {
    object.doHandshake();
    return 'done';
  } catch (error) {
    if (error instanceof ssl.SSLWantReadError) return 'waits';
    throw error;
  }
}

/** 'done', or the verify code that the client has for the server of this identity {cert, key}. */
export function handshake(client, identity) {
  const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  server.loadCertChain(identity);
  const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const ours = client.wrapBio(a, b, { serverHostname: 'localhost' });
  const theirs = server.wrapBio(b, a, { serverSide: true });
  try {
    for (let i = 0; i < 10; i++) {
      if (step(ours) === 'done' && step(theirs) === 'done') return 'done';
      step(theirs);
    }
    return 'endless';
  } catch (error) {
    return error.verifyCode ?? error.message;
  }
}

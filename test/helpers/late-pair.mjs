import { Duplex } from 'node:stream';

/** Two ends of a transport in memory. Each passes a chunk on later, so that an error of the other end's listener is not its own. */
export function latePair() {
  const end = () =>
    new Duplex({
      read() {},
      write(chunk, _, done) {
        setImmediate(() => {
          this.other.push(Buffer.from(chunk));
          done();
        });
      },
      final(done) {
        this.other.push(null);
        done();
      },
    });
  const [near, far] = [end(), end()];
  [near.other, far.other] = [far, near];
  return [near, far];
}

// Step 1: shows which OpenSSL is in use, and that it is the package's own.
import { linked } from '../../internal/native/binding.js';
import type { Report } from '../report.js';
import { check } from './check.js';

export async function demoLibrary(report: Report): Promise<void> {
  const { openssl, pin, headers, image, ownImage } = linked;
  report.section('The library');
  await report.step('the pinned OpenSSL answers', () => {
    check(
      openssl === headers && openssl.includes(` ${pin} `),
      `${openssl} answers, ${pin} is pinned`,
    );
    return openssl;
  });
  await report.step('its code lies in our own file', () => {
    check(image === ownImage, `it lies in ${image}`);
    return image === '' ? 'unknown on this platform' : (image.split(/[\\/]/).at(-1) ?? image);
  });
  await report.step('the runtime keeps its own', () => {
    const { openssl: theirs, node } = process.versions;
    return `node ${node} with OpenSSL ${theirs}`;
  });
}

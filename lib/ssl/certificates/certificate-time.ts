// The times that certificates carry as text.
import { valueError } from '../../errors.js';
import { requireString } from '../../internal/validate.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME =
  /^([a-z]{3})\s+(3[01]|[12]\d|0?[1-9])\s+(2[0-3]|[01]?\d):([0-5]?\d):(6[01]|[0-5]?\d)\s+(\d{4})\s+gmt$/i;

/**
 * Returns the seconds since 1970 of a certificate's time, `'Jan  5 09:34:43 2018 GMT'`, the form of `notBefore` and
 * `notAfter` in `getpeercert()` (Python: ssl.cert_time_to_seconds). As in Python, a day after the end of the month counts
 * into the next month.
 * @throws RangeError (ERR_INVALID_ARG_VALUE) for text of any other form
 */
export function certTimeToSeconds(certTime: string): number {
  requireString(certTime, 'certTime');
  const [, name = '', day, hour, minute, second, year] = TIME.exec(certTime) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  if (month < 0 || Number(year) === 0) {
    const shape = `"%b %d %H:%M:%S %Y GMT"`;
    throw valueError(`time data '${certTime}' does not match format ${shape}`);
  }
  // Not Date.UTC alone, which takes the years before 100 for those of the 20th century.
  const midnight = new Date(0).setUTCFullYear(Number(year), month, Number(day));
  return midnight / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

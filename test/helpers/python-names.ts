/**
 * The names of Python, the rule that makes ours of them, and what does not carry over. To add a module or an object: its
 * list goes to test/fixtures/python-names.json, what it holds for here to the tables of test/api/python-names.test.ts.
 */
import { readFileSync } from 'node:fs';

type Members = Readonly<Record<string, number>>;

interface PythonNames {
  readonly origin: string;
  /** By module: its public names. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** By class, or by the function that makes the object: its public attributes. */
  readonly objects: Readonly<Record<string, readonly string[]>>;
  /** By enum of ssl: its members, aliases too. */
  readonly enums: Readonly<Record<string, Members> & Record<'Purpose', Record<string, object>>>;
  /** By module: constants of one value everywhere. */
  readonly constants: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
}

const file = new URL('../fixtures/python-names.json', import.meta.url);

/** Python's names. */
export const pythonNames = JSON.parse(readFileSync(file, 'utf8')) as PythonNames;

/** Names of algorithms, which are never re-cased. */
const ALGORITHM = /^(?:sha3|shake|sha512)_\d+$/;
/** A function, although its name begins with a capital letter: DER_cert_to_PEM_cert. */
const HAS_LOWER_WORD = /_[a-z]{2}/;

/**
 * Our name for one of Python's: classes and constants, which begin with a capital letter, and algorithms stay; the others
 * are in camelCase, acronyms as words.
 */
export function toOurs(name: string): string {
  const isCapital = /^[A-Z]/.test(name);
  if ((isCapital && !HAS_LOWER_WORD.test(name)) || ALGORITHM.test(name)) return name;
  const words = isCapital ? name.toLowerCase() : name;
  return words.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

interface Absence {
  /** The module or object that has the names. */
  readonly of: string;
  /** Python's names, between blanks. */
  readonly names: string;
  readonly why: string;
}

/** Names that we do not have. docs/python.md says the same to users. */
export const ABSENT: readonly Absence[] = [
  {
    of: 'ssl',
    names: 'RAND_add RAND_bytes RAND_status',
    why: 'omitted on purpose, as in PEP 466: OpenSSL seeds itself, and random bytes come from `hermetic-ssl/os` and `secrets`, which use the operating system',
  },
  {
    of: 'ssl',
    names: 'SOCK_STREAM SOL_SOCKET SO_TYPE create_connection namedtuple socket socket_error',
    why: "imports of Python's module",
  },
  {
    of: 'ssl',
    names: 'DefaultVerifyPaths',
    why: 'a type here, without a value',
  },
  {
    of: 'ssl.SSLSocket',
    names: `accept bind close connect connect_ex detach dup family fileno get_inheritable getblocking getpeername getsockname
      getsockopt gettimeout listen makefile proto recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into send sendall
      sendfile sendmsg sendmsg_afalg sendto set_inheritable setblocking setsockopt settimeout shutdown type`,
    why: '`SSLSocket` is a stream over any Duplex. It is read, written and closed like a stream; functions of the transport belong to the transport',
  },
  {
    of: 'ssl.SSLError',
    names: 'strerror',
    why: "the text is the error's `message`",
  },
  {
    of: 'hmac',
    names: 'digest_size',
    why: '`None` in Python, which calls it "no longer used"; each HMAC has its own',
  },
  {
    of: 'hmac',
    names: 'trans_36 trans_5C',
    why: "tables of Python's implementation",
  },
  {
    of: 'secrets.SystemRandom',
    names: `betavariate binomialvariate choices expovariate gammavariate gauss lognormvariate normalvariate paretovariate
      triangular vonmisesvariate weibullvariate`,
    why: 'statistics, not secrets: their results are not uniformly distributed',
  },
  {
    of: 'secrets.SystemRandom',
    names: 'VERSION',
    why: 'the version of a state that this generator does not have',
  },
];

/** By module or object: the names of Python that are absent here. */
export function absentOf(owner: string): string[] {
  const absences = ABSENT.filter((absence) => absence.of === owner);
  return absences.flatMap(({ names }) => names.split(/\s+/));
}

/** Of a list: what has to be there, under our names. */
export function expectedNames(owner: string, names: readonly string[]): string[] {
  const absent = new Set(absentOf(owner));
  return names.filter((name) => !absent.has(name)).map(toOurs);
}

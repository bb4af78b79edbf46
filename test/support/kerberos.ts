import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { untilListening } from './sshd.ts';

const run = promisify(execFile);
const REALM = 'BERTH.TEST';
const PASSWORD = 'kerberos-test';

/** A Kerberos realm on the loopback, with everything it has in one temporary folder. */
export interface TestRealm {
  /** For whoever takes part: which realm there is, the tickets of the user, and the keys of the host `localhost`. */
  readonly env: Readonly<Record<'KRB5_CONFIG' | 'KRB5CCNAME' | 'KRB5_KTNAME', string>>;
  /** Gets a ticket for the user. */
  login(): Promise<void>;
  /** Throws the tickets away. */
  logout(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a realm that knows `user` and the service `host/localhost`. */
export async function startRealm(user: string): Promise<TestRealm> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-kerberos-'));
  const port = await freePort();
  const at = (name: string) => join(folder, name);
  const env = { KRB5_CONFIG: at('krb5.conf'), KRB5CCNAME: `FILE:${at('tickets')}`, KRB5_KTNAME: at('keytab') };
  const all = { ...process.env, ...env, KRB5_KDC_PROFILE: at('kdc.conf') };
  await writeFile(
    env.KRB5_CONFIG,
    `[libdefaults]
 default_realm = ${REALM}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 ${REALM} = {
  kdc = 127.0.0.1:${String(port)}
 }
[domain_realm]
 localhost = ${REALM}
`,
  );
  await writeFile(
    all.KRB5_KDC_PROFILE,
    `[kdcdefaults]
 kdc_listen = 127.0.0.1:${String(port)}
 kdc_tcp_listen = 127.0.0.1:${String(port)}
[realms]
 ${REALM} = {
  database_name = ${at('principals')}
  key_stash_file = ${at('stash')}
  acl_file = ${at('acl')}
 }
[logging]
 kdc = FILE:${at('kdc.log')}
`,
  );
  await run('kdb5_util', ['-r', REALM, '-P', 'master', 'create', '-s'], { env: all });
  const admin = (query: string) => run('kadmin.local', ['-r', REALM, '-q', query], { env: all });
  await admin(`addprinc -pw ${PASSWORD} ${user}`);
  await admin('addprinc -randkey host/localhost');
  await admin(`ktadd -k ${env.KRB5_KTNAME} host/localhost`);
  const kdc = spawn('krb5kdc', ['-n', '-r', REALM, '-P', at('kdc.pid')], { env: all, stdio: 'ignore' });
  await untilListening(port);

  return {
    env,
    async login() {
      const kinit = run('kinit', [user], { env: all });
      kinit.child.stdin?.end(`${PASSWORD}\n`);
      await kinit;
    },
    logout: () => rm(at('tickets'), { force: true }),
    async stop() {
      const ended = new Promise((resolve) => kdc.once('exit', resolve));
      kdc.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { describe, expect, it } from 'vitest';
import { defaultEtcRules, effectiveRules, noiseMatcher } from '../../../shared/logic/etc-noise.ts';
import { isSecretPath } from '../../../shared/logic/etc-secrets.ts';

describe('expected noise', () => {
  const noise = noiseMatcher(defaultEtcRules);

  it.each([
    ['machine-id', 'machine-id'],
    ['passwd-', 'passwd-'],
    ['subuid-', 'subuid*'],
    ['ssh/ssh_host_ed25519_key.pub', 'ssh/ssh_host_*'],
    ['selinux/targeted/active/modules/100/x', 'selinux/*/active/'],
    ['selinux/targeted/active', 'selinux/*/active/'],
    ['systemd/system/multi-user.target.wants/chronyd.service', 'systemd/system/*.wants/'],
    ['rhsm', 'rhsm/'],
    ['rhsm/facts/a\nb', 'rhsm/'],
  ])('%j is hidden by %s', (path, pattern) => {
    expect(noise(path)).toBe(pattern);
  });

  it.each(['passwd', 'hosts', 'ssh/sshd_config', 'machine-id/x', 'selinux/config', 'rhsm-local', 'a/machine-id'])(
    '%s is not',
    (path) => {
      expect(noise(path)).toBeNull();
    },
  );

  it('takes patterns as they are typed: a slash at the start, dots and brackets that mean themselves', () => {
    const own = noiseMatcher({ hidden: ['/a.b', 'x[1]+(y)', '**/cache/', 'k**z'] });
    expect(own('a.b')).toBe('/a.b');
    expect(own('aXb')).toBeNull();
    expect(own('x[1]+(y)')).toBe('x[1]+(y)');
    expect(own('deep/er/cache/file')).toBe('**/cache/');
    expect(own('k/1/2/z')).toBe('k**z');
  });

  it('takes the nearest rules', () => {
    const [fleet, host] = [{ hidden: ['f'] }, { hidden: ['h'] }];
    expect(effectiveRules(null, null)).toBe(defaultEtcRules);
    expect(effectiveRules(fleet, null)).toBe(fleet);
    expect(effectiveRules(fleet, host)).toBe(host);
  });
});

describe('secrets', () => {
  it.each([
    'shadow',
    'gshadow-',
    'security/opasswd',
    'ssh/ssh_host_rsa_key',
    'ssh/ssh_host_rsa_key.bak',
    'pki/tls/private/web.pem',
    'ssl/private/x',
    'pki/consumer/key.pem',
    'pki/entitlement/123-key.pem',
    'letsencrypt/live/a/privkey.pem',
    'app/Server.KEY',
    'app/server.key.old',
    'krb5.keytab',
    'NetworkManager/system-connections/office.nmconnection',
    'wireguard/wg0.conf',
    'ostree/auth.json',
    'containers/auth.json',
    'acme/api-token',
    'acme/agent-token.conf',
    'acme/client_secret.yaml',
    'kubernetes/admin.conf',
    'root/.netrc',
  ])('%s is one', (path) => {
    expect(isSecretPath(path)).toBe(true);
  });

  it.each([
    'passwd',
    'group',
    'chrony.conf',
    'ssh/sshd_config',
    'ssh/ssh_host_rsa_key.pub',
    'pam.d/password-auth',
    'pam.d/passwd',
    'authselect/password-auth',
    'security/pwquality.conf',
    'pki/tls/certs/ca.pem',
    'keyboard',
    'hosts',
    'tokenizer.conf',
    'X11/xorg.conf.d/00-keyboard.conf',
  ])('%s is none', (path) => {
    expect(isSecretPath(path)).toBe(false);
  });
});

import type { EtcPath } from '../model/etc.ts';

/** Paths below /etc that hold secrets, in lower case. A name is enough: what is wrongly taken for one costs a confirmation. */
const SECRET_PATHS: readonly RegExp[] = [
  // Password hashes.
  /^g?shadow(?:[-.].*)?$/,
  /^security\/opasswd/,
  /(?:^|\/)(?:\.?htpasswd|sasl_passwd|user\.cfg|upsd\.users)(?:\.db)?$/,
  // Private keys and key stores.
  /\.(?:key|keytab|p12|pfx|jks|keystore|kdbx|ppk|psk|secrets?|age-key|agekey)(?:[-~.].*)?$/,
  /(?:^|\/)ssh_host_[^/]*key(?:[-~.](?!pub$)[^/]*)?$/,
  /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)[^/.]*$/,
  /(?:^|[-_/.])(?:key|privkey\d*|private)\.pem$/,
  /(?:^|\/)private\/./,
  /(?:^|\/)private-keys[^/]*\/./,
  /^(?:wireguard|cryptsetup-keys\.d|credstore(?:\.encrypted)?|luks)\/./,
  /^(?:chrony\.keys|chrony\/chrony\.keys|ntp\/keys|ntp\.keys)$/,
  // Connections, with their passwords.
  /^networkmanager\/system-connections\/./,
  /^wpa_supplicant\/.*\.conf$/,
  /^(?:ppp\/(?:chap|pap|srp)-secrets|ipsec\.secrets|swanctl\/(?:private|rsa|ecdsa|pkcs8|pkcs12)\/.*|iscsi\/iscsid\.conf)$/,
  /^netplan\/.*\.ya?ml$/,
  /^systemd\/network\/.*\.netdev$/,
  // Credentials of registries, clusters and services.
  /(?:^|\/)auth\.json$/,
  /(?:^|\/)\.?docker(?:\/config\.json|cfg)$/,
  /^kubernetes\/[^/]*\.conf$/,
  /(?:^|\/)\.?kube(?:config|\/config)$/,
  /^rancher\/(?:.*\/)?(?:password|[^/]*\.ya?ml)$/,
  /(?:^|\/)\.(?:netrc|pgpass|my\.cnf|git-credentials)$/,
  /^sssd\/(?:.*\/)?[^/]*\.conf$/,
  /^(?:sudo-ldap|pam_ldap|nslcd)\.conf$/,
  /^(?:samba\/.*\.tdb|snmp\/.*)$/,
  // What calls itself a secret.
  /(?:^|[^a-z])(?:tokens?|secrets?|passwords?|passphrases?|credentials?|creds|api[-_]?keys?)(?:[^a-z]|$)/,
];

/** Rules about passwords that hold none: pam.d/password-auth and its sources. */
const NO_SECRET = /^(?:pam\.d|authselect|security\/pw[^/]*)(?:\/|$)/;

/**
 * Whether the content of a path is fetched only when asked for and confirmed: hashes of passwords, private keys, connections,
 * tokens. Known by its path alone, in any of its versions.
 */
export function isSecretPath(path: EtcPath): boolean {
  const lower = path.toLowerCase();
  return !NO_SECRET.test(lower) && SECRET_PATHS.some((pattern) => pattern.test(lower));
}

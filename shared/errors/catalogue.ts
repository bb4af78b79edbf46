/** One kind of failure: its text and remedy are templates, `{name}` stands for a parameter. */
export interface CatalogueEntry {
  readonly text: string;
  readonly remedy: string;
  readonly retryable: boolean;
}

const entry = (text: string, remedy = '', retryable = false): CatalogueEntry => ({ text, remedy, retryable });

/**
 * Every failure Berth can name. A code is `domain.kebab-reason`; the text says what is wrong, the remedy
 * what to do. Anything that has no code yet becomes `internal`, with an id that leads to the log line.
 */
export const catalogue = {
  internal: entry('Something went wrong inside Berth.', 'The details are in the log as {logId}.'),

  // Reaching a host
  'ssh.dns': entry('No address is known for {address}.', 'Check the spelling, or the DNS of this computer.', true),
  'ssh.refused': entry(
    '{address} port {port} refused the connection.',
    'Is sshd running there, and is the port right?',
    true,
  ),
  'ssh.unreachable': entry('No route to {address}.', 'Check the network and the VPN of this computer.', true),
  'ssh.timeout': entry(
    '{address} port {port} did not answer within {seconds} s.',
    'The host may be down, or a firewall drops the packets.',
    true,
  ),
  'ssh.reset': entry(
    '{address} closed the connection during the handshake.',
    'sshd may be overloaded (MaxStartups) or refuse this computer.',
    true,
  ),
  'ssh.protocol': entry('{address} port {port} does not speak SSH: {detail}.', 'Check the port.'),
  'ssh.no-common-algorithm': entry(
    'No common {what} with {address}: it offers {theirs}; the built-in transport has {ours}.',
    'Set the transport of the host to OpenSSH, which may know more, or allow one of these in its sshd_config.',
  ),
  'ssh.packet-too-long': entry(
    '{address} sends more at once than the built-in transport takes, perhaps a very long banner.',
    'Set the transport of the host to OpenSSH, or shorten the banner.',
  ),
  'ssh.host-key-sha1': entry(
    '{address} proves its host key with SHA-1 alone ({theirs}).',
    'Refused, as OpenSSH does. Let its sshd use rsa-sha2-256 (OpenSSH 7.2 or newer), or give it an ed25519 host key.',
  ),
  'ssh.silent': entry(
    '{address} port {port} took the connection and said nothing within {seconds} s.',
    'sshd may be overloaded or hang, or something else listens there.',
    true,
  ),
  'ssh.closed': entry('The connection to {address} was lost.', 'Berth connects again by itself.', true),
  'ssh.channel-refused': entry(
    '{address} refused another channel on the open connection.',
    'MaxSessions in its sshd_config may be low.',
    true,
  ),
  'ssh.cancelled': entry('Connecting to {address} was cancelled.'),

  // Jump hosts, and the choice between the two transports
  'ssh.forward-refused': entry(
    '{hop} does not pass connections on to {address} port {port}.',
    'AllowTcpForwarding and PermitOpen in its sshd_config, or its authorized_keys, have to allow it for {user}.',
  ),
  'ssh.forward-failed': entry(
    '{hop} cannot reach {address} port {port}: {detail}.',
    'Is sshd running there, and is the address right as seen from {hop}?',
    true,
  ),
  'ssh.built-in-unable': entry(
    '{address} is set to the built-in transport, which cannot do what the ssh configuration asks: {needs}.',
    'Set the transport of the host, of its group or in the settings to automatic or to OpenSSH.',
  ),
  'ssh.openssh-missing': entry(
    '{address} needs OpenSSH’s own client ({needs}), and it cannot be used here: {detail}.',
    'Install the OpenSSH client, or set the transport of the host, of its group or in the settings to built-in.',
  ),
  'ssh.openssh-failed': entry('ssh could not connect to {address}: {detail}.', 'Try ssh in a terminal to see more.'),

  // Host keys
  'ssh.host-key-unknown': entry(
    'The host key of {address} is not known: {type} {fingerprint}.',
    'Connect to be asked whether to accept it, and compare it at the console of the host: {command}',
  ),
  'ssh.host-key-strict': entry(
    'The host key of {address} is not known: {type} {fingerprint}. StrictHostKeyChecking is yes, so that nobody is asked.',
    'Compare it at the console of the host ({command}) and add it to a known_hosts file, as for ssh.',
  ),
  'ssh.host-key-changed': entry(
    'The host key of {address} has changed. Known: {knownFingerprint} ({file}, line {line}). Offered now: {type} {fingerprint}.',
    'Refused. Either the host was reinstalled, or someone else answers at this address. Compare at its console: {command} – and only if they agree replace the key on the host page, or remove line {line} of {file}.',
  ),
  'ssh.host-key-not-shown': entry(
    '{host} was not refused for a changed host key just now, or offered another key than the one you confirm.',
    'Connect again, and compare the key that is shown then.',
  ),
  'ssh.host-key-name-wrong': entry('“{value}” is not the name of this host.', 'Type {host} to replace its key.'),
  'ssh.host-key-revoked': entry(
    'The host key of {address} is marked @revoked in {file}, line {line}.',
    'Refused. Whoever runs this host must give it a new key.',
  ),
  'ssh.host-key-short': entry(
    'The host key of {address} is RSA with {bits} bits. The ssh configuration wants at least {minimum} (RequiredRSASize).',
    'Refused. Whoever runs this host must give it a longer key, or one of another type.',
  ),
  'ssh.host-certificate': entry(
    'The host certificate of {address} is not valid: {detail}.',
    'Refused. Are the clocks right, and was it signed for this name? Its authority has to sign the host key again.',
  ),
  'ssh.host-key-refused': entry('You refused the host key of {address}.', 'Connect again to compare it once more.'),
  'ssh.host-key-store': entry(
    'The known host keys in {file} cannot be read: {detail}.',
    'Berth connects nowhere until they can be: repair or move the file.',
  ),

  // Authentication
  'auth.denied': entry(
    '{address} accepted no way to log in as {user}. Tried: {tried}.',
    'The host accepts: {allowed}. Check the user name, the key and the agent.',
  ),
  'auth.remembered-refused': entry(
    '{address} did not take the remembered password of {user}. It is forgotten.',
    'Connect again, and you are asked for it.',
  ),
  'auth.key-unreadable': entry('The key file {file} cannot be read: {detail}.', 'Check the path and its permissions.'),
  'auth.key-format': entry(
    '{file} is not a private key that Berth can use: {detail}.',
    'OpenSSH and PEM private keys work.',
  ),
  'auth.key-permissions': entry(
    'The key file {file} may be read by others ({detail}).',
    'ssh does not use such a key, and neither does Berth: chmod 600 {file}',
  ),
  'auth.password-expired': entry(
    'The password of {user} on {address} has expired.',
    'Change it there, for example with ssh {user}@{address} in a terminal, then connect again.',
  ),
  'auth.passphrase-wrong': entry('The passphrase does not open {file}.', 'Connect again to be asked once more.'),
  'auth.prompt-cancelled': entry('The question for {what} was cancelled.', 'Connect again to be asked once more.'),
  'auth.answer-needed': entry(
    '{address} asks for {what}.',
    'Connect, and you are asked. Berth asks nothing before you do.',
  ),
  'auth.prompt-unavailable': entry(
    '{address} needs {what}, and nobody can be asked here.',
    'Use a key from the agent, or run Berth where it can ask.',
  ),

  // Privilege on the host
  'privilege.password-needed': entry(
    'sudo on this host asks for a password.',
    'Give the sudo password to see deployments and to update.',
  ),
  'privilege.password-wrong': entry('sudo did not accept the password.', 'Berth does not try again by itself.'),
  'privilege.not-allowed': entry(
    'sudo does not allow {user} to do this: {detail}.',
    'Add a sudoers rule on the host, or log in as root.',
  ),
  'privilege.requires-tty': entry(
    'sudo on this host insists on a terminal (requiretty).',
    'Remove requiretty for {user} in sudoers.',
  ),
  'privilege.needs-terminal': entry(
    'What makes {user} root on this host asks for a password at a terminal: {detail}.',
    'Allow it without one (nopass in doas.conf, a polkit rule for run0), log in as root, or put sudo into the image.',
  ),
  'privilege.not-wanted': entry(
    'This host is set to be used without root.',
    'Change it in the settings of the host to see everything and to update.',
  ),
  'privilege.no-sudo': entry(
    'There is neither sudo nor doas nor run0 on this host, and {user} is not root.',
    'Log in as root, or put sudo into the image.',
  ),

  // Reading facts
  'facts.no-answer': entry('The host did not answer the questions within {seconds} s.', 'It may be overloaded.', true),
  'facts.incomplete': entry('The answer of the host ended in the middle of {section}.', '', true),
  'facts.no-shell': entry(
    'The login shell of {user} ran nothing: {detail}.',
    'Berth needs a user whose login shell can start sh.',
  ),
  'facts.tool-missing': entry('{tool} is not on this host.'),
  'facts.needs-root': entry('{what} needs root.', 'Log in as root or allow sudo.'),
  'facts.status-blocked': entry(
    'bootc status waits for a running operation on the host.',
    'It is read again when the operation has ended.',
    true,
  ),
  'facts.command-failed': entry('{command} failed with exit code {exitCode}: {detail}'),
  'facts.timed-out': entry('{command} did not end within {seconds} s.', '', true),
  'facts.unreadable': entry('The output of {command} cannot be understood: {detail}.', 'The raw output is in the log.'),
  'facts.not-image-mode': entry(
    'This host is not in image mode: its system is made of packages.',
    'Berth shows it, and manages image-mode hosts only.',
  ),

  // Inventory and other input
  'input.address-empty': entry(
    'An address is missing.',
    'Write a name such as box, admin@box or ssh://admin@box:2222.',
  ),
  'input.address-invalid': entry(
    '“{value}” is not a host name or an address.',
    'Letters, digits, dots and dashes, or an IP address; IPv6 with a port in brackets: [2001:db8::1]:22.',
  ),
  'input.image-reference': entry('This is no image reference: {detail}.', 'For example quay.io/acme/web:2.15'),
  'input.image-transport': entry(
    '“{value}” is no transport of images.',
    'Registry, containers-storage, oci, oci-archive, docker-archive or dir.',
  ),
  'input.port-invalid': entry('“{value}” is not a port.', 'A port is a whole number from 1 to 65535.'),
  'input.user-invalid': entry(
    '“{value}” is not a user name.',
    'A user name has no spaces, slashes, colons or control characters and does not begin with a dash.',
  ),
  'input.password-in-url': entry(
    'A password in the address is not accepted.',
    'Leave it out: Berth asks for it when the host does.',
  ),
  'input.scheme-unknown': entry('“{value}” is not an address that Berth opens.', 'Only ssh:// addresses.'),
  'input.trailing-text': entry(
    '“{value}” after the address is not understood.',
    'An address ends with the host or the port.',
  ),
  'input.name-empty': entry('A name is missing.', 'Any short name that is not taken yet.'),
  'input.name-taken': entry('There is already a host named {value}.', 'Choose another name.'),
  'input.text-too-long': entry('This is longer than {max} characters.', 'Shorten it.'),
  'input.control-characters': entry('Line breaks and control characters are not accepted here.', 'Remove them.'),
  'input.tag-invalid': entry(
    '“{value}” is not a tag.',
    'A tag is one word: letters, digits, dots, dashes and underscores.',
  ),
  'input.too-many-tags': entry('More than {max} tags.', 'Remove some.'),
  'input.filter-invalid': entry('The filter is not understood: {detail}', 'It is written as on the page.'),
  'input.bundle-hosts': entry('A bundle takes {limit} hosts at most.', 'Make several.'),
  'input.no-terminal': entry('This needs a terminal.', 'Run it at one; `berth run` runs a command without.'),
  'input.host-unknown': entry(
    'There is no host named {value}.',
    'Names are those of the fleet; user@host and ssh:// addresses work as well.',
  ),

  // The ssh configuration
  'config.unreadable': entry(
    '{file} cannot be read: {detail}.',
    'ssh does without it, or refuses to run because of it.',
  ),
  'config.permissions': entry(
    '{file} can be written by others, or belongs to somebody else.',
    'ssh refuses to run with it: chmod go-w, and chown if need be.',
  ),
  'config.syntax': entry(
    'This line of the ssh configuration is not understood: {detail}.',
    'ssh refuses to run with it.',
  ),
  'config.include-loop': entry('{file} includes itself.', 'ssh refuses to run with it: remove the Include.'),
  'config.include-depth': entry(
    'Includes are nested deeper than {max}.',
    'ssh refuses to run with them: include fewer files in files.',
  ),
  'config.too-large': entry(
    'The ssh configuration is larger than Berth reads: {detail}.',
    'Split it, or include less.',
  ),
  'config.name-refused': entry(
    '“{value}” cannot be handed to ssh.',
    'A name does not begin with a dash, and has no spaces, quotes or other characters that mean something to a shell.',
  ),
  'config.ssh-failed': entry(
    'ssh cannot resolve {name}: {detail}.',
    '`ssh -G {name}` on this computer says the same; its configuration needs to be corrected.',
  ),
  'config.ssh-timeout': entry(
    'ssh did not resolve {name} within {seconds} s.',
    'A command of `Match exec` in its configuration, or the DNS, may be slow: try `ssh -G {name}`.',
    true,
  ),
  'config.jump-loop': entry(
    'The way to {name} leads in a circle: {chain}.',
    'Give the jump host `ProxyJump none` in the ssh configuration.',
  ),
  'config.jump-depth': entry('The way to {name} has more than {max} jump hosts.', 'Shorten the chain of ProxyJump.'),
  'config.jump-invalid': entry('ProxyJump of {name} is not understood: {value}.', 'A list of [user@]host[:port].'),

  // Sources of hosts: files and commands that are imported
  'source.unreadable': entry('{file} cannot be read: {detail}.', 'Check the path and its permissions.'),
  'source.too-large': entry('This is larger than Berth imports: {detail}.', 'Import a part of it.'),
  'source.not-understood': entry('This is not understood: {detail}.', 'The rest was read.'),
  'source.skipped': entry('Berth does not follow {what}.', 'The rest was read.'),
  'source.format': entry('{file} is no inventory that Berth reads: {detail}.', 'Check the format that was chosen.'),
  'source.command-missing': entry('{command} cannot be started: {detail}.', 'Check the name and its permissions.'),
  'source.command-failed': entry(
    '{command} ended with exit code {exitCode}: {detail}',
    'Run it in a terminal to see more.',
  ),
  'source.command-timeout': entry(
    '{command} did not end within {seconds} s.',
    'Run it in a terminal to see why.',
    true,
  ),
  'source.name-unknown': entry('{value} is not in the source (any more).', 'Look at what it holds now.'),
  'source.unknown': entry('There is no source {id} (any more).'),

  // Remembered secrets
  'secret.desktop-only': entry(
    'The keychain of this computer is for Berth’s desktop window alone.',
    'Here a secret is remembered while Berth runs, at most.',
  ),
  'secret.demo': entry('The demo keeps nothing in the keychain of this computer.'),
  'secret.plain-text': entry(
    'This desktop session has no keychain, only what anybody can read ({backend}).',
    'Start a keyring (GNOME Keyring, KWallet) and then Berth again.',
  ),
  'secret.unavailable': entry('The keychain of this computer cannot be used: {detail}.', 'Is it locked?', true),
  'secret.not-kept': entry(
    'The keychain of this computer did not take it: {detail}',
    'It is remembered while Berth runs.',
  ),

  // Files of Berth's own
  'store.unreadable': entry(
    '{file} cannot be read: {detail}. It was set aside as {setAside}.',
    'Berth goes on without it. Nothing in it was changed.',
  ),
  'store.newer-version': entry(
    '{file} was written by a newer version of Berth.',
    'Use that version, or another --data-dir. Nothing was changed.',
  ),
  'store.write-failed': entry('{file} cannot be written: {detail}.', 'Check the free space and the permissions.', true),
  'store.locked': entry('Another Berth (process {pid}) is writing {file}.', 'Try again in a moment.', true),

  // Operations: refused before they start
  'operation.not-connected': entry('{host} is not connected.', 'Connect first.'),
  'operation.busy': entry('Another operation of Berth runs on {host}.', 'Wait for it to end.', true),
  'operation.locked': entry('{found}', '{remedy}', true),
  'operation.no-bootc': entry(
    'bootc is not on this host.',
    'Updates of rpm-ostree and ostree hosts are shown here, not yet driven.',
  ),
  'operation.not-bootc-managed': entry(
    'bootc does not manage the booted system of this host.',
    'It was not deployed from a container image.',
  ),
  'operation.layered': entry(
    'Layered packages or overrides keep bootc from updating this host.',
    '`rpm-ostree reset` on the host undoes them.',
  ),
  'operation.not-tracked': entry(
    'bootc follows no image on this host.',
    'The staged deployment does not come from an image: remove it first.',
  ),
  'operation.read-only': entry('/sysroot is on a read-only device.', 'A live system cannot be updated.'),
  'operation.state-unknown': entry(
    'The deployments of this host are not known.',
    'Read its facts first; the host page says what is missing.',
  ),
  'operation.needs-root': entry('Updating needs root on this host.', 'Log in as root or allow sudo.'),
  'operation.no-systemd-run': entry(
    'systemd-run is not on this host.',
    'Berth runs updates in a systemd unit, so that a lost connection does not end them.',
  ),
  'operation.too-old': entry('{tool} on this host is too old for that: it needs {version}.', 'Update the host first.'),
  'operation.not-on-composefs': entry('The composefs backend has nothing of that kind.'),
  'operation.not-with-ostree': entry('ostree alone cannot do that.', 'It needs bootc or rpm-ostree on the host.'),
  'operation.no-kernel-arguments': entry(
    'Nothing on this host can change kernel arguments.',
    'It needs rpm-ostree on the host, or an image with other arguments.',
  ),
  'operation.arguments-staged': entry(
    'bootc does not tell which kernel arguments it gave to what is staged.',
    'Reboot into it or discard it first.',
  ),
  'operation.argument-not-own': entry(
    '{argument} was not added by Berth, and bootc takes away only what the same source added.',
    'Another image, or rpm-ostree on the host, can.',
  ),
  'operation.nothing-downloaded': entry('No download waits to be applied.'),
  'operation.nothing-staged': entry('Nothing is staged.'),
  'operation.no-rollback': entry('There is no deployment to roll back to.'),
  'operation.rollback-queued': entry(
    'A rollback is queued already.',
    'A second one would take it back: undo it, or reboot to apply it.',
  ),
  'operation.no-queued-rollback': entry('No rollback is queued.'),
  'operation.staged-first': entry(
    'rpm-ostree does not roll back while an update is staged.',
    'Cancel the staged update first.',
  ),
  'operation.registry-only': entry('rpm-ostree switches to images of a registry only.'),
  'operation.same-image': entry('The host follows {reference} already.', 'An upgrade stages what is new there.'),
  'operation.deployment-unknown': entry('The host has no such deployment (any more).'),
  'operation.deployment-booted': entry('What runs cannot be removed.'),
  'operation.pinned': entry('It is pinned.', 'A pinned deployment is kept: unpin it to remove it.'),
  'operation.not-pinned': entry('It is not pinned.'),
  'operation.pin-staged': entry('A staged deployment cannot be pinned yet.', 'Pin it after the reboot.'),
  'operation.overlay-there': entry('/usr has an overlay already.', 'It goes with the next reboot.'),
  'operation.soft-reboot-kernel': entry(
    'What is staged cannot be had by a soft reboot: its kernel or its arguments differ.',
    'Reboot instead.',
  ),
  'operation.soft-reboot-rollback': entry('A queued rollback wants a full reboot.', 'Reboot instead.'),
  'operation.no-timer': entry('No unit that updates this host by itself is known.'),
  'operation.timer-paused': entry('{unit} is paused already.'),
  'operation.timer-not-paused': entry('{unit} is not paused.'),
  'operation.unknown': entry('There is no operation {id}.'),
  'bulk.mixed': entry('A bulk is one verb, once for each of its hosts.', 'Make the plans anew.'),
  'operation.preflight': entry('The pre-flight found: {found}', '{remedy}', true),
  'operation.preflight-unconfirmed': entry(
    'The pre-flight warns, and nobody has confirmed it: {found}',
    'Look at the checks again.',
  ),
  'operation.plan-outdated': entry('The host has changed since this plan was made.', 'Look at the new plan.'),

  // Operations: how they failed (classes of bootc’s errors)
  'operation.start-failed': entry('The unit could not be started on the host: {detail}', '', true),
  'operation.cancel-failed': entry('The unit could not be stopped: {detail}', 'It goes on at the host.', true),
  'operation.registry-auth': entry(
    'The registry {registry} refused the credentials.',
    'bootc reads the first that exists of /run/ostree/auth.json, /etc/ostree/auth.json and /usr/lib/ostree/auth.json on the host, not the one of podman: podman login --authfile /etc/ostree/auth.json {registry}',
  ),
  'operation.image-not-found': entry('The registry has no image {reference}.', 'Check the reference and its tag.'),
  'operation.registry-unreachable': entry(
    'The host cannot reach the registry {registry}.',
    'Check its network, DNS and proxy.',
    true,
  ),
  'operation.registry-tls': entry(
    'The host does not trust the certificate of {registry}.',
    'Certificates belong in /etc/containers/certs.d on the host.',
  ),
  'operation.registry-insecure': entry(
    '{registry} speaks HTTP, and the host expects HTTPS.',
    'Mark it insecure in /etc/containers/registries.conf.d on the host.',
  ),
  'operation.registry-rate-limit': entry(
    'The registry {registry} limits how often it may be asked.',
    'Try later, or give the host credentials.',
    true,
  ),
  'operation.source-gone': entry('The local image source is gone: {detail}', 'Switch the host to a registry image.'),
  'operation.architecture': entry('The image is for another architecture: {detail}', 'Use an image for this host.'),
  'operation.not-bootable': entry(
    'The image is not a bootable container image.',
    'Use an image that was built for bootc.',
  ),
  'operation.policy': entry(
    'The signature policy of the host refuses the image: {detail}',
    'Look at /etc/containers/policy.json on the host.',
  ),
  'operation.space': entry(
    'There is not enough free space on the host: {detail}',
    'Free some on /sysroot: remove old deployments and clean up.',
  ),
  'operation.etc-conflict': entry(
    'The /etc merge has conflicts: {detail}',
    'Resolve them on the host, then update again.',
  ),
  'operation.bound-image': entry(
    'A bound image could not be pulled: {detail}',
    'The update itself is staged and will boot; the bound image will be missing.',
  ),
  'operation.crashed': entry('bootc crashed (exit code {exitCode}).', 'The log of the operation has its last words.'),
  'operation.killed': entry(
    'bootc was killed (exit code {exitCode}).',
    'Perhaps for lack of memory: the journal of the host knows.',
  ),
  'operation.stopped-late': entry(
    'It was stopped after the update had been staged.',
    'The next boot runs the update. Bound images may be missing: update again to complete it.',
  ),
  'operation.check-untold': entry(
    'On the composefs backend bootc does not record what a check found.',
    'The log has what bootc said. An upgrade stages what is new.',
  ),
  'operation.flag-unknown': entry(
    'This version of bootc does not know an option that was used: {detail}',
    'Update bootc on the host.',
  ),
  'operation.failed': entry('It ended with exit code {exitCode}: {detail}'),
  'operation.finalize-failed': entry(
    'The staged update could not be applied at shutdown.',
    'The journal of the boot before says why: see what happened on the host page.',
  ),
  'operation.greenboot-fallback': entry(
    'Its health checks failed, and greenboot brought the previous deployment back.',
    'The journal of the failed boot says which check: see what happened on the host page.',
  ),
  'operation.other-boot': entry(
    'The host booted another deployment than the one foreseen.',
    'See what happened on the host page.',
  ),
  'operation.not-rebooted': entry('The host did not reboot.', 'An inhibitor or another shutdown may have kept it.'),
  'operation.result-unexpected': entry(
    'It ended without an error, and the state of the host is not what it is for.',
    'Look at the log and at the deployments.',
  ),
  'operation.host-rebooted': entry(
    'The host was rebooted while the operation ran.',
    'Its state was read again: see below.',
  ),
  'operation.unit-vanished': entry(
    'The unit ended without leaving an exit code.',
    'It may have been killed. The state of the host was read again.',
  ),
  'operation.not-verified': entry(
    'The state of the host could not be read after the operation: {detail}',
    'Connect again: Berth looks again by itself.',
    true,
  ),
  'operation.host-gone': entry('The host did not come back.', 'Berth looks again when the host answers.', true),

  // Journals
  'journal.unreadable': entry(
    '{user} may not read the journal of this host.',
    'Add {user} to the group systemd-journal there, which counts from the next login on, or allow sudo.',
  ),
  'journal.own-only': entry(
    '{user} may read only what their own programs said.',
    'Add {user} to the group systemd-journal there, which counts from the next login on, or allow sudo.',
  ),
  'journal.missing': entry(
    'There is no journal on this host.',
    'Does systemd-journald run there, and does journald.conf let it store anything?',
  ),
  'journal.volatile': entry(
    'The journal of this host is in memory only: it begins with this boot.',
    'A folder /var/log/journal, or Storage=persistent in journald.conf, keeps it.',
  ),
  'journal.no-grep': entry(
    'journalctl on this host cannot search in messages: it was built without PCRE2.',
    'Narrow it down by unit, priority or time instead.',
  ),
  'journal.bad-pattern': entry('This is no regular expression that journalctl understands: {detail}.'),
  'journal.boot-gone': entry('The journal of this host has nothing of that boot.'),
  'journal.entry-gone': entry('The entry is not in the journal any more.', 'Old entries make room for new ones.'),
  'journal.too-slow': entry(
    'The journal gave no answer within {seconds} s.',
    'What is looked for may be rare in a large journal: narrow it down by boot or time.',
    true,
  ),

  // Versions of /etc
  'etc.tree-unreadable': entry('{folder} could not be read: {detail}', 'Reading all of it takes root.'),
  'etc.changed': entry('{paths} changed since it was looked at.', 'Compare again, and look at the difference.', true),
  'etc.nothing': entry('All of it is so already.'),
  'etc.too-many': entry('More than {limit} paths would be changed at once.', 'Take fewer at a time.'),
  'etc.too-large': entry('{path} is too large to be changed from here: {size}.', 'Change it on the host.'),
  'etc.not-a-file': entry('{path} is neither a file nor a directory nor a link, and cannot be put in place.'),
  'etc.parent': entry('{parent} is no directory here: {path} cannot be put below it.', 'Change {parent} first.'),
  'etc.no-parent': entry('{path} has no directory here: {parent} is missing, and the image has none.'),
  'etc.read-only': entry('/etc cannot be written to on this host.'),
  'etc.transient': entry(
    '/etc is made anew at each boot of this host: what is changed in it is lost then.',
    'Change the image instead.',
  ),
  'etc.not-looked-at': entry('What is there now could not be read: {detail}', '', true),
  'etc.content-gone': entry('The new content is not at hand any more.', 'Make the plan again.', true),
  'etc.stopped': entry(
    'It broke off in the middle: {detail}',
    'The log says what was done. What was there before can be put back from here.',
  ),
  'etc.not-saved': entry('Nothing that was there before is kept of {paths}.'),
  'etc.partly-read': entry('Not all of {part} could be taken: it is damaged, or larger than any /etc.'),
  'etc.no-target': entry(
    'There is nothing to compare with: {what}.',
    'Stage an update first, or look at the drift alone.',
  ),
  'etc.deployment-unknown': entry('What the host calls its deployments is no name that Berth would look for: {name}.'),
  'etc.no-answer': entry('The host did not say how its /etc is: {detail}', 'Try again.', true),
  'etc.path-refused': entry('{path} is no path below /etc.'),
  'etc.secret': entry(
    '{path} may hold a secret.',
    'Its content is fetched when you confirm that, and the history says so.',
  ),
  'etc.unreadable': entry('{path} could not be read: {detail}', 'Reading all of /etc takes root.'),

  // The history
  'history.removed': entry(
    'Only the entry of operation {id} is left: the settings limit how much of the history is kept.',
  ),
  'history.line-changed': entry(
    'Line {line} of the history is not what was written there, or lines before it were taken out.',
    'A copy of the data folder from before, if there is one, shows what it was.',
  ),
  'history.line-unreadable': entry(
    'Line {line} of the history is no line that Berth wrote there.',
    'A copy of the data folder from before, if there is one, shows what it was.',
  ),
  'history.older-changed': entry(
    'The {lines} lines that are older than the chain are not what they were when it began.',
    'A copy of the data folder from before, if there is one, shows what they were.',
  ),
  'history.file-changed': entry(
    '{file} of operation {id} ({host}) is not what it was when the operation ended: {now} bytes instead of {then}.',
  ),
  'history.file-missing': entry('{file} of operation {id} ({host}) is gone, and nothing says that it was removed.'),
  'history.seal-changed': entry('The hashes of the files of operation {id} ({host}) are not those in the chain.'),
  'history.entry-differs': entry(
    'The history says of operation {id} ({host}) that its {field} is “{listed}”; its own file says “{kept}”.',
  ),
  'history.unlisted': entry('Operation {id} has a folder, and no line in the history.'),

  // Guard rails
  'guard.read-only': entry('Read-only mode: Berth changes no host.', 'Turn it off in the settings.'),
  'guard.name-not-typed': entry('{host} has the production tag “{tag}”.', 'Type its name, {host}, to go on.'),

  // Commands on many hosts, and snippets of them
  'run.command-empty': entry('A command is missing.', 'What a shell would run, such as uptime.'),
  'run.unknown': entry('There is no run {id} (any more).', 'The output of a run is kept while Berth runs.'),
  'run.failed': entry('The host did not run the command: {detail}.', 'Can sh be started there?'),
  'run.lost': entry(
    'The connection was lost while the command ran.',
    'It was ended with the connection, as far as the host noticed.',
    true,
  ),
  'snippet.name-taken': entry('There is already a snippet named {value}.', 'Choose another name.'),
  'snippet.full': entry('There are {max} snippets already.', 'Remove one first.'),
  'snippet.parameter-placed': entry(
    'The parameter {name} stands in or behind {where}.',
    'A value gets quotes of its own, so that a parameter stands outside of all others.',
  ),
  'snippet.too-many': entry('More than {max} parameters.', 'Use fewer.'),
  'snippet.value-missing': entry('The parameter {name} has no value.'),
  'snippet.value-option': entry(
    'The value of {name} begins with a dash, and would be an option.',
    'Write -- before the parameter in the snippet to allow it.',
  ),

  // Terminals
  'terminal.unknown': entry('This terminal is closed.', 'Open a new one.'),
  'terminal.too-many': entry('{limit} terminals are open.', 'Close one that is not needed any more.'),
  'terminal.no-pty': entry(
    '{address} gives no terminal.',
    'PermitTTY in its sshd_config, or the options of the key in authorized_keys, may forbid it.',
  ),
  'terminal.no-multiplexer': entry('{name} is not on this host.', 'Open a shell without it.'),
  'terminal.flooded': entry('This page sends more than the host takes.', 'Open the terminal anew.'),
  'terminal.recording-unknown': entry('There is no such recording (any more).'),
  'terminal.recording-failed': entry('The recording broke off: {detail}.', 'What was recorded before is kept.'),
  'terminal.recording-full': entry('The recording ended at its limit of {limit}.', 'Begin another one.'),

  // The demo
  'demo.start-failed': entry(
    'The demo fleet cannot start: {detail}.',
    'Every simulated host needs an open file and a port: try fewer hosts.',
  ),

  // Page and core
  'connection.lost': entry(
    'The connection to Berth’s core was lost.',
    'Operations on hosts go on. Reload to connect again.',
    true,
  ),
  'connection.key-wrong': entry(
    'This address is not valid (any more).',
    'Start Berth again, or open the address that it printed. It can be used once.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

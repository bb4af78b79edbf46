import type { ConditionCode } from '../../shared/model/fleet.ts';

/** Icon and tone of every condition: the table of states of the design. The words are in `Condition.text`. */
export const conditionLook = {
  'operation-running': { icon: 'in-progress', tone: 'accent' },
  'host-key-changed': { icon: 'exclamation-circle', tone: 'danger' },
  unreachable: { icon: 'disconnected', tone: 'danger' },
  'login-failed': { icon: 'key', tone: 'danger' },
  asking: { icon: 'question-circle', tone: 'accent' },
  connecting: { icon: 'in-progress', tone: 'muted' },
  'no-root': { icon: 'lock', tone: 'warn' },
  'status-blocked': { icon: 'hourglass-half', tone: 'warn' },
  'facts-failed': { icon: 'exclamation-triangle', tone: 'warn' },
  'rolled-back': { icon: 'heart-broken', tone: 'danger' },
  'etc-blocked': { icon: 'ban', tone: 'danger' },
  'finalize-failed': { icon: 'exclamation-circle', tone: 'danger' },
  'rollback-queued': { icon: 'undo', tone: 'warn' },
  staged: { icon: 'power-off', tone: 'staged' },
  'download-only': { icon: 'download', tone: 'muted' },
  layered: { icon: 'layer-group', tone: 'warn' },
  'update-found': { icon: 'arrow-circle-up', tone: 'update' },
  'rpm-ostree-only': { icon: 'info-circle', tone: 'muted' },
  'ostree-only': { icon: 'info-circle', tone: 'muted' },
  'package-mode': { icon: 'box', tone: 'muted' },
  slow: { icon: 'hourglass-half', tone: 'warn' },
  'up-to-date': { icon: 'check-circle', tone: 'ok' },
  'no-update-known': { icon: 'check', tone: 'muted' },
  unknown: { icon: 'ring', tone: 'muted' },
} as const satisfies Record<ConditionCode, { icon: string; tone: string }>;

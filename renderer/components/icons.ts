import { AlignLeftIconConfig } from '@patternfly/react-icons/dist/esm/icons/align-left-icon.js';
import { AngleRightIconConfig } from '@patternfly/react-icons/dist/esm/icons/angle-right-icon.js';
import { ArrowCircleDownIconConfig } from '@patternfly/react-icons/dist/esm/icons/arrow-circle-down-icon.js';
import { ArrowCircleUpIconConfig } from '@patternfly/react-icons/dist/esm/icons/arrow-circle-up-icon.js';
import { ArrowDownIconConfig } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon.js';
import { ArrowLeftIconConfig } from '@patternfly/react-icons/dist/esm/icons/arrow-left-icon.js';
import { ArrowRightIconConfig } from '@patternfly/react-icons/dist/esm/icons/arrow-right-icon.js';
import { ArrowUpIconConfig } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon.js';
import { BanIconConfig } from '@patternfly/react-icons/dist/esm/icons/ban-icon.js';
import { BellIconConfig } from '@patternfly/react-icons/dist/esm/icons/bell-icon.js';
import { BoxIconConfig } from '@patternfly/react-icons/dist/esm/icons/box-icon.js';
import { BroadcastTowerIconConfig } from '@patternfly/react-icons/dist/esm/icons/broadcast-tower-icon.js';
import { CaretDownIconConfig } from '@patternfly/react-icons/dist/esm/icons/caret-down-icon.js';
import { CheckCircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon.js';
import { CheckIconConfig } from '@patternfly/react-icons/dist/esm/icons/check-icon.js';
import { ChevronDownIconConfig } from '@patternfly/react-icons/dist/esm/icons/chevron-down-icon.js';
import { ChevronUpIconConfig } from '@patternfly/react-icons/dist/esm/icons/chevron-up-icon.js';
import { CircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/circle-icon.js';
import { CogIconConfig } from '@patternfly/react-icons/dist/esm/icons/cog-icon.js';
import { ColumnsIconConfig } from '@patternfly/react-icons/dist/esm/icons/columns-icon.js';
import { ConnectedIconConfig } from '@patternfly/react-icons/dist/esm/icons/connected-icon.js';
import { CopyIconConfig } from '@patternfly/react-icons/dist/esm/icons/copy-icon.js';
import { DisconnectedIconConfig } from '@patternfly/react-icons/dist/esm/icons/disconnected-icon.js';
import { DownloadIconConfig } from '@patternfly/react-icons/dist/esm/icons/download-icon.js';
import { EditIconConfig } from '@patternfly/react-icons/dist/esm/icons/edit-icon.js';
import { EllipsisHIconConfig } from '@patternfly/react-icons/dist/esm/icons/ellipsis-h-icon.js';
import { EllipsisVIconConfig } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon.js';
import { EqualsIconConfig } from '@patternfly/react-icons/dist/esm/icons/equals-icon.js';
import { ExchangeAltIconConfig } from '@patternfly/react-icons/dist/esm/icons/exchange-alt-icon.js';
import { ExclamationCircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon.js';
import { ExclamationTriangleIconConfig } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon.js';
import { EyeIconConfig } from '@patternfly/react-icons/dist/esm/icons/eye-icon.js';
import { EyeSlashIconConfig } from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon.js';
import { FilterIconConfig } from '@patternfly/react-icons/dist/esm/icons/filter-icon.js';
import { FingerprintIconConfig } from '@patternfly/react-icons/dist/esm/icons/fingerprint-icon.js';
import { HddIconConfig } from '@patternfly/react-icons/dist/esm/icons/hdd-icon.js';
import { HeartBrokenIconConfig } from '@patternfly/react-icons/dist/esm/icons/heart-broken-icon.js';
import { HistoryIconConfig } from '@patternfly/react-icons/dist/esm/icons/history-icon.js';
import { HourglassHalfIconConfig } from '@patternfly/react-icons/dist/esm/icons/hourglass-half-icon.js';
import { InfoCircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/info-circle-icon.js';
import { InProgressIconConfig } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon.js';
import { KeyIconConfig } from '@patternfly/react-icons/dist/esm/icons/key-icon.js';
import { LayerGroupIconConfig } from '@patternfly/react-icons/dist/esm/icons/layer-group-icon.js';
import { LockIconConfig } from '@patternfly/react-icons/dist/esm/icons/lock-icon.js';
import { LockOpenIconConfig } from '@patternfly/react-icons/dist/esm/icons/lock-open-icon.js';
import { LongArrowAltDownIconConfig } from '@patternfly/react-icons/dist/esm/icons/long-arrow-alt-down-icon.js';
import { LongArrowAltRightIconConfig } from '@patternfly/react-icons/dist/esm/icons/long-arrow-alt-right-icon.js';
import { LongArrowAltUpIconConfig } from '@patternfly/react-icons/dist/esm/icons/long-arrow-alt-up-icon.js';
import { MicrochipIconConfig } from '@patternfly/react-icons/dist/esm/icons/microchip-icon.js';
import { MinusIconConfig } from '@patternfly/react-icons/dist/esm/icons/minus-icon.js';
import { PauseIconConfig } from '@patternfly/react-icons/dist/esm/icons/pause-icon.js';
import { PlayIconConfig } from '@patternfly/react-icons/dist/esm/icons/play-icon.js';
import { PlusIconConfig } from '@patternfly/react-icons/dist/esm/icons/plus-icon.js';
import { PowerOffIconConfig } from '@patternfly/react-icons/dist/esm/icons/power-off-icon.js';
import { QuestionCircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/question-circle-icon.js';
import { SearchIconConfig } from '@patternfly/react-icons/dist/esm/icons/search-icon.js';
import { ServerIconConfig } from '@patternfly/react-icons/dist/esm/icons/server-icon.js';
import { ShieldAltIconConfig } from '@patternfly/react-icons/dist/esm/icons/shield-alt-icon.js';
import { StopCircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/stop-circle-icon.js';
import { SyncAltIconConfig } from '@patternfly/react-icons/dist/esm/icons/sync-alt-icon.js';
import { TasksIconConfig } from '@patternfly/react-icons/dist/esm/icons/tasks-icon.js';
import { TerminalIconConfig } from '@patternfly/react-icons/dist/esm/icons/terminal-icon.js';
import { ThumbtackIconConfig } from '@patternfly/react-icons/dist/esm/icons/thumbtack-icon.js';
import { TimesCircleIconConfig } from '@patternfly/react-icons/dist/esm/icons/times-circle-icon.js';
import { TimesIconConfig } from '@patternfly/react-icons/dist/esm/icons/times-icon.js';
import { TrashIconConfig } from '@patternfly/react-icons/dist/esm/icons/trash-icon.js';
import { UndoIconConfig } from '@patternfly/react-icons/dist/esm/icons/undo-icon.js';
import { UniversalAccessIconConfig } from '@patternfly/react-icons/dist/esm/icons/universal-access-icon.js';
import { UserEditIconConfig } from '@patternfly/react-icons/dist/esm/icons/user-edit-icon.js';

/** The icons of Berth by PatternFly's names. Only these are in the bundle: adding one is adding a line. */
export const icons = {
  'align-left': AlignLeftIconConfig,
  'angle-right': AngleRightIconConfig,
  'arrow-circle-down': ArrowCircleDownIconConfig,
  'arrow-circle-up': ArrowCircleUpIconConfig,
  'arrow-down': ArrowDownIconConfig,
  'arrow-left': ArrowLeftIconConfig,
  'arrow-right': ArrowRightIconConfig,
  'arrow-up': ArrowUpIconConfig,
  ban: BanIconConfig,
  bell: BellIconConfig,
  box: BoxIconConfig,
  'broadcast-tower': BroadcastTowerIconConfig,
  'caret-down': CaretDownIconConfig,
  'check-circle': CheckCircleIconConfig,
  check: CheckIconConfig,
  'chevron-down': ChevronDownIconConfig,
  'chevron-up': ChevronUpIconConfig,
  circle: CircleIconConfig,
  cog: CogIconConfig,
  columns: ColumnsIconConfig,
  connected: ConnectedIconConfig,
  copy: CopyIconConfig,
  disconnected: DisconnectedIconConfig,
  download: DownloadIconConfig,
  edit: EditIconConfig,
  'ellipsis-h': EllipsisHIconConfig,
  'ellipsis-v': EllipsisVIconConfig,
  equals: EqualsIconConfig,
  'exchange-alt': ExchangeAltIconConfig,
  'exclamation-circle': ExclamationCircleIconConfig,
  'exclamation-triangle': ExclamationTriangleIconConfig,
  eye: EyeIconConfig,
  'eye-slash': EyeSlashIconConfig,
  filter: FilterIconConfig,
  fingerprint: FingerprintIconConfig,
  hdd: HddIconConfig,
  'heart-broken': HeartBrokenIconConfig,
  history: HistoryIconConfig,
  'hourglass-half': HourglassHalfIconConfig,
  'info-circle': InfoCircleIconConfig,
  'in-progress': InProgressIconConfig,
  key: KeyIconConfig,
  'layer-group': LayerGroupIconConfig,
  lock: LockIconConfig,
  'lock-open': LockOpenIconConfig,
  'long-arrow-alt-down': LongArrowAltDownIconConfig,
  'long-arrow-alt-right': LongArrowAltRightIconConfig,
  'long-arrow-alt-up': LongArrowAltUpIconConfig,
  microchip: MicrochipIconConfig,
  minus: MinusIconConfig,
  pause: PauseIconConfig,
  play: PlayIconConfig,
  plus: PlusIconConfig,
  'power-off': PowerOffIconConfig,
  'question-circle': QuestionCircleIconConfig,
  search: SearchIconConfig,
  server: ServerIconConfig,
  'shield-alt': ShieldAltIconConfig,
  'stop-circle': StopCircleIconConfig,
  'sync-alt': SyncAltIconConfig,
  tasks: TasksIconConfig,
  terminal: TerminalIconConfig,
  thumbtack: ThumbtackIconConfig,
  'times-circle': TimesCircleIconConfig,
  times: TimesIconConfig,
  trash: TrashIconConfig,
  undo: UndoIconConfig,
  'universal-access': UniversalAccessIconConfig,
  'user-edit': UserEditIconConfig,
} as const;

export type IconName = keyof typeof icons | 'ring';

import { Button as PatternFlyButton } from '@patternfly/react-core/dist/esm/components/Button/Button.js';
import type { MouseEventHandler, ReactNode, Ref } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

interface ButtonProps {
  readonly variant?: 'primary' | 'secondary' | 'link' | 'danger';
  readonly size?: 'small' | 'normal';
  readonly icon?: IconName;
  readonly type?: 'button' | 'submit';
  readonly onClick?: MouseEventHandler;
  /** Why it cannot be pressed now. It stays in the tab order, so that the reason can be read. */
  readonly disabledBecause?: string | undefined;
  /** Work is on its way: a spinner, and no second press. */
  readonly busy?: boolean;
  /** In a dialog: the focus starts here. */
  readonly autoFocus?: boolean;
  readonly title?: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children: ReactNode;
}

/** PatternFly's button in Berth's density. One primary button a page. */
export function Button({
  variant = 'secondary',
  size = 'small',
  icon,
  disabledBecause,
  busy = false,
  autoFocus = false,
  title,
  children,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <PatternFlyButton
      {...rest}
      variant={variant}
      {...(size === 'small' && { size: 'sm' as const })}
      {...(icon && { icon: <Icon name={icon} /> })}
      isAriaDisabled={disabledBecause !== undefined || busy}
      {...(busy && { isLoading: true })}
      {...(autoFocus && { 'data-autofocus': true })}
      title={disabledBecause ?? title}
    >
      {children}
    </PatternFlyButton>
  );
}

/** A button that is only an icon. `label` is its name and its tooltip. */
export function IconButton({
  icon,
  label,
  ref,
  disabledBecause,
  ...rest
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick?: MouseEventHandler;
  readonly ref?: Ref<HTMLButtonElement>;
  /** As a button's. */
  readonly disabledBecause?: string | undefined;
  readonly className?: string;
  readonly 'aria-expanded'?: boolean;
  readonly 'aria-haspopup'?: 'menu';
  readonly 'aria-pressed'?: boolean;
  readonly tabIndex?: number;
}): ReactNode {
  return (
    <PatternFlyButton
      {...rest}
      {...(ref && { ref })}
      variant="plain"
      size="sm"
      aria-label={label}
      title={disabledBecause ?? label}
      {...(disabledBecause !== undefined && { isAriaDisabled: true })}
      icon={<Icon name={icon} />}
    />
  );
}

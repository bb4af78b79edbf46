import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

/** An entry of a menu. `checked` makes it a choice; `disabledBecause` keeps it readable but not to be chosen. */
export interface MenuItem {
  readonly label: ReactNode;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly checked?: boolean;
  /** One of several (radio) or by itself (checkbox, the menu stays open). Only with `checked`. */
  readonly choice?: 'one' | 'many';
  readonly disabledBecause?: string | undefined;
  /** A line above this entry. */
  readonly separated?: boolean;
  readonly run: () => void;
}

interface Anchor {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Room kept between a menu and the edge of the window, CSS pixels. */
const EDGE = 8;

/**
 * A menu under (or, without room, above) its anchor. Arrow keys, Home, End and the first letters move; Enter and Space choose;
 * Esc and Tab close it. The focus goes back to where it was.
 */
export function Menu({
  anchor,
  align = 'start',
  label,
  items,
  onClose,
}: {
  readonly anchor: Anchor;
  readonly align?: 'start' | 'end';
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
}): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  // Inside a dialog it must be in the dialog's layer; on a page it belongs to the landmark it was opened from.
  const [home] = useState(() => document.activeElement?.closest('dialog, main, aside, footer') ?? document.body);

  useEffect(() => {
    const before = document.activeElement;
    entries(ref.current)[0]?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  useLayoutEffect(() => {
    const menu = ref.current;
    if (!menu) return;
    const { width, height } = menu.getBoundingClientRect();
    const left = align === 'start' ? anchor.left : anchor.right - width;
    const below = anchor.bottom + height + EDGE <= innerHeight;
    menu.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
    menu.style.top = `${Math.max(EDGE, below ? anchor.bottom + 2 : anchor.top - height - 2)}px`;
  }, [anchor, align, items.length]);

  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && ref.current?.contains(event.target)) return;
      onClose();
    };
    addEventListener('pointerdown', onPointerDown, true);
    addEventListener('blur', onClose);
    return () => {
      removeEventListener('pointerdown', onPointerDown, true);
      removeEventListener('blur', onClose);
    };
  }, [onClose]);

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    const all = entries(ref.current);
    const here = all.findIndex((entry) => entry === document.activeElement);
    const move = (to: number) => {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    };
    if (event.key === 'ArrowDown') move(here + 1);
    else if (event.key === 'ArrowUp') move(here - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(-1);
    else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
    } else if (event.key.length === 1 && event.key !== ' ') {
      const letter = event.key.toLowerCase();
      const order = [...all.slice(here + 1), ...all.slice(0, here + 1)];
      order.find((entry) => entry.textContent.trim().toLowerCase().startsWith(letter))?.focus();
    }
  }

  return createPortal(
    <div ref={ref} className="b-menu" role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
      {items.map((item, index) => (
        <MenuEntry key={index} item={item} onClose={onClose} />
      ))}
    </div>,
    home,
  );
}

function MenuEntry({ item, onClose }: { readonly item: MenuItem; readonly onClose: () => void }): ReactNode {
  const { label, icon, danger, checked, choice = 'one', disabledBecause, separated, run } = item;
  const role = checked === undefined ? 'menuitem' : choice === 'one' ? 'menuitemradio' : 'menuitemcheckbox';
  return (
    <>
      {separated && <hr className="b-menu__line" />}
      <button
        type="button"
        role={role}
        tabIndex={-1}
        className={danger ? 'b-menu__item b-menu__item--danger' : 'b-menu__item'}
        aria-disabled={disabledBecause !== undefined}
        aria-checked={checked}
        onClick={() => {
          if (disabledBecause !== undefined) return;
          if (role !== 'menuitemcheckbox') onClose();
          run();
        }}
      >
        <span className="b-menu__icon">{checked ? <Icon name="check" /> : icon && <Icon name={icon} />}</span>
        <span>
          {label}
          {disabledBecause !== undefined && <span className="b-menu__why">{disabledBecause}</span>}
        </span>
      </button>
    </>
  );
}

function entries(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
}

/** A button that opens a menu: with text and a caret, or only an icon. */
export function MenuButton({
  label,
  text,
  icon,
  align = 'end',
  items,
}: {
  readonly label: string;
  /** Shown on the button; without it the button is `icon`. */
  readonly text?: string;
  readonly icon?: IconName;
  readonly align?: 'start' | 'end';
  readonly items: readonly MenuItem[];
}): ReactNode {
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  const [close] = useState(() => () => setAnchor(null));
  const toggle = (element: Element) => setAnchor((open) => (open ? null : element.getBoundingClientRect()));
  return (
    <>
      {text === undefined ? (
        <IconButton
          icon={icon ?? 'ellipsis-v'}
          label={label}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={({ currentTarget }) => toggle(currentTarget)}
        />
      ) : (
        <button
          type="button"
          className="b-toggle"
          aria-label={label}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={({ currentTarget }) => toggle(currentTarget)}
        >
          {text} <Icon name="caret-down" />
        </button>
      )}
      {anchor && <Menu anchor={anchor} align={align} label={label} items={items} onClose={close} />}
    </>
  );
}

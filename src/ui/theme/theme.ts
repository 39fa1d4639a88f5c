import { createTheme } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

/** Mantine wants ten shades; what screens show comes from the tokens, these only feed its colour functions. */
const accent: MantineColorsTuple = ['#e2f0ee', '#c9e4e0', '#a2d1cb', '#77bcb4', '#4fa79d', '#2d9186', '#187d73', '#0a6a62', '#07544d', '#053f3a'];

const soft = { color: 'var(--accent)', background: 'var(--accent-soft)', hover: 'var(--accent-soft)', border: '1px solid transparent' };

/** The language of form as a Mantine theme: one accent, radius 8 and 6, our sizes, colours by variables of tokens.css. */
export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: 7,
  defaultRadius: 'md',
  fontFamily: 'var(--font)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  variantColorResolver: ({ color, variant }) => {
    if (color === 'red') {
      return variant === 'filled'
        ? { color: 'var(--danger-ink)', background: 'var(--danger)', hover: 'var(--danger)', border: '1px solid transparent' }
        : { color: 'var(--danger)', background: 'var(--danger-soft)', hover: 'var(--danger-soft)', border: '1px solid transparent' };
    }
    if (variant === 'filled') return { color: 'var(--accent-ink)', background: 'var(--accent)', hover: 'var(--accent-strong)', border: '1px solid transparent' };
    if (variant === 'default') return { color: 'var(--ink)', background: 'var(--sheet)', hover: 'var(--line-2)', border: '1px solid var(--line)' };
    if (variant === 'subtle' || variant === 'transparent') return { ...soft, background: 'transparent' };
    return soft;
  },
  components: {
    // react-remove-scroll writes a style tag, which the content security policy refuses; the veil is enough.
    Modal: { defaultProps: { lockScroll: false, centered: true, radius: 'md', transitionProps: { duration: 120 }, overlayProps: { color: 'var(--veil)', backgroundOpacity: 1 } } },
    Menu: { defaultProps: { radius: 'md', shadow: 'md', transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 120 } } },
    Button: { defaultProps: { radius: 'md', fw: 500 } },
  },
});

import type { ComponentType } from 'react';
import type { Role } from '../access/context.ts';

/** A text in both languages. */
export interface Text {
  ru: string;
  en: string;
}

/** A page of one of the two programs, at its own address (TanStack Router path syntax, e.g. `/patients/$patient`). */
export interface Page {
  path: string;
  component: ComponentType;
  roles: readonly Role[];
  /** Shown in the rail (staff) or the bar (patient) with its icon, in this order; absent where it is reached by links only. */
  menu?: { text: Text; icon: ComponentType<{ size?: number; stroke?: number }>; order: number };
  title: Text;
}

/** A tab of the card. */
export interface ChartTab {
  key: string;
  text: Text;
  order: number;
  component: ComponentType<{ patient: string }>;
}

/** A tile on the first page of the card (or of the patient's page, in the portal). */
export interface Tile {
  key: string;
  order: number;
  column: 'main' | 'side';
  component: ComponentType<{ patient: string }>;
}

/** An entry of the command palette (Ctrl+K). */
export interface Command {
  text: Text;
  keywords?: string;
  roles: readonly Role[];
  path: string;
}

export interface Screens {
  name: string;
  pages?: readonly Page[];
  tabs?: readonly ChartTab[];
  tiles?: readonly Tile[];
  commands?: readonly Command[];
}

export function defineScreens(screens: Screens): Screens {
  return screens;
}

import type { ComponentChildren } from 'preact';

interface SelectProps {
  label: string;
  value: string;
  change: (value: string) => void;
  children: ComponentChildren;
}

export function Select({ label, value, change, children }: SelectProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => change(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

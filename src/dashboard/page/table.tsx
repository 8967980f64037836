import type { ComponentChildren } from 'preact';
import './table.css';

export interface Column<T> {
  label: string;
  cell: (row: T) => ComponentChildren;
  isNumber?: boolean;
  /** Whether its cells name their rows. */
  isHead?: boolean;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  class?: string;
}

/**
 * A table that becomes a list of cards where the screen is narrow. The roles are named because browsers drop them where
 * a style changes `display`.
 */
export function Table<T>({ label, columns, rows, keyOf, class: name = '' }: TableProps<T>) {
  return (
    <table class={`stacking ${name}`} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.label} role="columnheader" scope="col" class={column.isNumber ? 'number' : ''}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map((column) => {
              const shown = { class: column.isNumber ? 'number' : '', 'data-label': column.label };
              return column.isHead ? (
                <th key={column.label} {...shown} role="rowheader" scope="row">
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.label} {...shown} role="cell">
                  {column.cell(row)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

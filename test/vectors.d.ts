declare module 'csv-spectrum' {
  /** Tells of texts of CSV and of what they say as JSON. */
  export default function csvSpectrum(
    done: (error: Error | null, samples: { name: string; csv: Buffer; json: Buffer }[]) => void,
  ): void;
}

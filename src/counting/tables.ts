/** The tables of this room. Names and series stay in them when nothing is counted any more. */
export const scoreTables = ['score_name', 'score_series', 'score_change', 'score_count'] as const;

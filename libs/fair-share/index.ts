/*
 * Shares what is short between holders, so that one cannot take all of it and nothing is lost to parts that nobody uses:
 * a holder may have three times what it leaves free ("dynamic thresholds", Choudhury and Hahne, 1998).
 */
export { FairShare, type Holder } from './fair-share.js';

import TestRunner from 'jest-runner';

/** Runs its files one after the other, whatever the number of workers. */
export default class SerialRunner extends TestRunner {
  isSerial = true;
}

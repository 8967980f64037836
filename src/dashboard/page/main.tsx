import { render } from 'preact';
import './base.css';
import './controls.css';
import { App } from './app.js';

render(<App />, document.getElementById('page')!);

/** Gives web streams to a page that has none. Import it before everything else. */
import 'web-streams-polyfill/polyfill'

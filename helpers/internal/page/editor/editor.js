// What engine.js has beside the engine: the editor of a cell, and what unpacks the engine.
import {EditorView, drawSelection, keymap} from '@codemirror/view';
import {EditorState} from '@codemirror/state';
import {defaultKeymap, history, historyKeymap} from '@codemirror/commands';
import {StreamLanguage, bracketMatching, indentUnit, syntaxHighlighting} from '@codemirror/language';
import {go} from '@codemirror/legacy-modes/mode/go';
import {tagHighlighter, tags} from '@lezer/highlight';
export {decompress} from 'fzstd';

// The classes by which a cell is coloured that nobody has changed.
const colours = tagHighlighter([
  {tag: tags.keyword, class: 'k'},
  {tag: tags.string, class: 's'},
  {tag: tags.number, class: 'mi'},
  {tag: tags.comment, class: 'c1'},
  {tag: tags.atom, class: 'kc'},
  {tag: tags.standard(tags.variableName), class: 'nb'},
]);

// The legacy mode of Go, and not the newer grammar, which does not know `for range 3`. Tab is bound to
// nothing, so that by keyboard one leaves the editor as one leaves everything else; Enter indents.
export const edit = (parent, {text, label, at, changed, run}) => {
  const view = new EditorView({
    parent,
    state: EditorState.create({doc: text, selection: {anchor: at}, extensions: [
      keymap.of([{key: 'Shift-Enter', run: () => (run(), true)}]),
      history(), drawSelection(), bracketMatching(), indentUnit.of('\t'), EditorState.tabSize.of(4),
      StreamLanguage.define(go), syntaxHighlighting(colours), keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.contentAttributes.of({'aria-label': label}),
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
    ]}),
  });
  view.scrollDOM.tabIndex = 0;
  return {focus: () => view.focus(), text: () => view.state.doc.toString()};
};

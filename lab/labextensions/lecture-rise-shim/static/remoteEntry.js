// Four repairs for live slides (the pages under /rise/). JupyterLab loads this file too, and there it does nothing.
//
// JupyterLab loads extensions as "module federation containers": an object with init(scope), which may add modules
// that extensions share, and get(name), which hands out the extension's own modules. Written out by hand here,
// such a container needs no build step.
(() => {
  "use strict";

  // 1. The widgets' extension asks for @jupyterlab/console, to show widgets in consoles. JupyterLab has that module,
  //    RISE does not, and without it no widget appears on a slide (jupyterlab-contrib/rise, issue 119). An empty
  //    stand-in is enough: the widgets use it only when somebody provides a console, and on slides nobody does.
  const consoleStandIn = {
    __esModule: true,
    IConsoleTracker: { name: "@jupyterlab/console:IConsoleTracker", description: "absent on slides" },
    CodeConsole: class {},
    ConsolePanel: class {},
  };

  function provideConsole(scope) {
    scope["@jupyterlab/console"] = {
      "4.99.0": {
        get: async () => () => consoleStandIn,
        from: "lecture-rise-shim",
        eager: false,
        loaded: true,
      },
    };
  }

  // 2. An arrow key meant for a slider turns the page, or moves to another cell. So keys that move a widget go to the
  //    widget alone: the event stops here, and the widget gets a copy. The copy carries the key's name, by which
  //    sliders go, and no key code, by which slides and shortcuts go. Page Up and Page Down, which is what a
  //    presenter's remote control sends, still turn the page.
  const MOVES = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);
  const PRESSES = new Set([" ", "Enter"]);
  const PRESSED = "button, select, input, textarea";

  function keepKeysInWidgets(event) {
    const { key, target } = event;
    if (!event.isTrusted || !target.closest?.(".jupyter-widgets")) return;
    if (!MOVES.has(key) && !(PRESSES.has(key) && target.matches(PRESSED))) return;
    event.stopImmediatePropagation();
    const goesOn = target.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    if (!goesOn) event.preventDefault();
  }

  // 3. Turning a page hides the cell that had the focus, and with the focus gone Shift+Enter and all the other keys
  //    are dead until somebody clicks. So the focus moves on to the new slide: to its first code, else its first cell.
  function focusSlide(event) {
    const cell = (kind) => event.currentSlide?.querySelector(`${kind}:not(.reveal-skip, .notes *)`);
    (cell(".jp-CodeCell") ?? cell(".jp-Cell"))?.focus({ preventScroll: true });
  }

  // 4. Long code pushes the picture off the slide. The code of a cell with the tag "hide-input" stays in the notebook
  //    and can be run on the slide, but only its output is shown there; rise.css hides what gets the class.
  function markHiddenInputs(app) {
    for (const cell of app.shell.currentWidget.content.widgets) {
      if (cell.model.getMetadata("tags")?.includes("hide-input")) cell.addClass("lecture-hide-input");
    }
  }

  let onSlides = false;
  const plugin = {
    id: "lecture-rise-shim:plugin",
    autoStart: true,
    activate(app) {
      if (onSlides) document.addEventListener("ready", () => markHiddenInputs(app));
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["lecture-rise-shim"] = {
    init(scope) {
      if (scope["@jupyterlab/console"]) return; // JupyterLab: nothing to repair
      onSlides = true;
      provideConsole(scope);
      window.addEventListener("keydown", keepKeysInWidgets, { capture: true });
      document.addEventListener("ready", focusSlide);
      document.addEventListener("slidechanged", focusSlide);
    },
    async get(name) {
      if (name === "./extension") return () => ({ __esModule: true, default: plugin });
      throw new Error(`lecture-rise-shim has no module ${name}`);
    },
  };
})();

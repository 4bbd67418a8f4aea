/**
 * What the parts of the page hand to each other, as types. Nothing runs here.
 *
 * Two rules. What is chosen comes from the store (`chosen`), what is measured comes from the reply
 * (`update`). And whatever follows an `await` goes through `latest()`, which drops outdated
 * answers.
 *
 * @module
 */

/**
 * @typedef {{image: number, checkpoint: string, learnt?: boolean}} Source
 * @typedef {{step: string, units: number[], action: string, value: number,
 *   source: Source | null}} Edit
 * @typedef {{checkpoint: string | null, image: number | null, edits: Edit[] | null}} Versus
 * @typedef {{detail: number | null, opened: string[], closed: string[]}} Folding
 */

/**
 * What the drawing in focus is said to be, and the steps that the network has learnt from that.
 *
 * @typedef {object} Taught
 * @property {number} label a class
 * @property {number} steps
 * @property {number} rate
 * @property {string} optimizer "sgd", "momentum" or "adam"
 * @property {string[]} frozen paths of layers that do not learn
 * @property {boolean} shown whether the whole page shows what has learnt
 * @property {boolean} summed whether no gradient is set to zero between two backward passes
 */

/**
 * Everything the screen depends on.
 *
 * @typedef {object} Query
 * @property {string} model
 * @property {string} checkpoint "" for the model's usual one
 * @property {string[]} images base64 of values 0 to 255, row after row, plane after plane
 * @property {number} focus which of the images is on the pad
 * @property {string} step
 * @property {number | null} unit
 * @property {Edit[]} edits
 * @property {Versus | null} versus
 * @property {Folding | null} folding how far the strip is folded
 * @property {Taught | null} taught
 * @property {string} language
 * @property {string[]} show the optional sections asked for
 * @property {Record<string, string | number>} options
 */

/**
 * @typedef {object} Step one card of the strip
 * @property {string} id
 * @property {string} kind
 * @property {string} module the class of the module; "" where there is none
 * @property {string} module_path
 * @property {number[]} shape of the whole batch
 * @property {"grey" | "signed" | "unsigned"} scale the colour scale of its values, everywhere
 * @property {number} limit the end of that scale: −limit … limit where signed, else 0 … limit
 * @property {{rows: number, columns: number, maps: number, height: number, width: number}} grid
 * @property {string[]} over the steps whose values decide that limit; none where it is fixed
 * @property {boolean} named whether its units are the classes
 * @property {boolean} switches whether a unit of 0 is switched off
 * @property {number[]} block where not empty, the values are means of blocks of this size
 * @property {number[]} size the output's own shape, where its first dimension is not the batch
 */

/**
 * @typedef {object} Check an identity that has to hold
 * @property {string} key
 * @property {string} sentence
 * @property {number} left
 * @property {number} right
 * @property {number} residual
 * @property {number} tolerance
 * @property {boolean} passed
 * @property {string} [how] in which way it was compared
 */

/**
 * @typedef {object} Reply what the server (or the page's own twin) measured
 * @property {Step[]} steps
 * @property {Record<string, Float32Array>} values each step's values for the image in focus
 * @property {{probabilities: number[][], classes: number[], labels: string[],
 *   instead?: string[]}} prediction where there are no classes, `instead` one number and its words
 * @property {{key: string, label: string, value: number | string}[]} facts
 * @property {Check[]} checks
 * @property {Record<string, string>} texts
 * @property {string[]} notices
 * @property {string} failure why the pass ended half-way; "" where it did not
 * @property {any} figure
 * @property {Record<string, any>} sections
 * @property {any} [unit] where the pinned unit's value comes from, as said while the server
 *   is away
 */

/**
 * An image of a test set: its data set, its place there, its class, and base64 of 28×28 bytes.
 *
 * @typedef {{name: string, index: number, label: number, pixels: string}} TestImage
 */

/**
 * One part of the page. All but `element` is optional.
 *
 * @typedef {object} Part
 * @property {Node | null} element none of a part that only listens
 * @property {Part[]} [parts] parts inside it, which take part in everything
 * @property {string} [view] shown in this view only
 * @property {string} [panel] shown in this panel only
 * @property {string | ((query: Query) => string | string[] | undefined)} [asks] the section of a
 *   reply, or several, that it needs while it is shown
 * @property {(keyof Query)[]} [about] it says something of these choices: a reply to others is not
 *   its own
 * @property {(step: Step) => boolean} [when] at which steps a panel makes sense
 * @property {Partial<Actions>} [actions] what others may have it do
 * @property {() => void} [name] write all words anew, in the language at hand
 * @property {(query: Query, before: Query) => void} [chosen] the store or the screen changed: show
 *   what is chosen
 * @property {(reply: Reply, asked: Query) => void} [update] show what was measured
 * @property {(reply: Reply, query: Query) => Promise<void> | null | void} [hand] paint what the
 *   page has computed itself: values only
 * @property {(sentence: string) => void} [refused] what is chosen has no answer: name none
 * @property {(checks: Check[]) => void} [checked] checks were added to the reply on screen
 * @property {(reply: Reply) => Promise<void> | void} [draw] what takes longer, once all other parts
 *   stand
 * @property {(reply: any, query: Query) => void} [expected] what is probably shown next: make ready
 * @property {() => void} [still] somebody goes elsewhere by a link or back: nothing moves by itself
 * @property {() => void} [again] light, dark, sizes or the connection changed
 * @property {(index: number | null) => void} [point] a class is pointed at somewhere on the page
 * @property {(index: number) => void} [light] an input of the pinned unit is pointed at; −1: none
 */

/**
 * @callback Say
 * @param {string} key of the catalogues
 * @param {Record<string, any>} [values]
 * @returns {string}
 */

/**
 * `since` is when the input event happened, on the clock of `performance.now()`.
 *
 * @typedef {object} Actions
 * @property {(since: number) => void} ask ask for what the screen needs now
 * @property {(patch: Partial<Query>, since: number) => void} change
 * @property {(step: string, since: number) => void} goTo another step, no unit
 * @property {(step: string, unit: number | null, since: number) => void} follow
 * @property {(step: string) => Promise<void>} expected somebody walks on to a step, probably
 * @property {(unit: number | null, since: number) => void} choose a unit of the present step
 * @property {(name: string, value: any, since: number) => void} option
 * @property {(edits: Edit[], since: number) => void} edit all edits; can be undone
 * @property {(patch: Partial<Taught> | null, since: number) => void} teach what the drawing is, how
 *   it is learnt and for how long; null for neither; can be undone
 * @property {(model: string, patch: Partial<Query>, since: number) => void} load another network,
 *   from its start
 * @property {(query: Partial<Query>, view: string) => void} restore a whole state, as from a link
 * @property {() => import("./places.js").Place} place of the image at hand
 * @property {(pixels: string, where: {place?: import("./places.js").Place, focus?: number, since:
 *   number}) => void} put a picture into the batch, where it was asked for
 * @property {(image: TestImage, where: {place?: import("./places.js").Place, focus?: number, since:
 *   number}) => void} test put an image of a test set into the batch; what it truly is stands below
 *   the pad
 * @property {(since: number) => void} undo
 * @property {(since: number) => void} redo
 * @property {(view: string) => void} show
 * @property {(panel: string, since: number) => void} open
 * @property {(language: string, since: number) => void} speak
 * @property {(index: number | null) => void} point
 * @property {(index: number) => void} light
 * @property {(since: number, step?: string, units?: number[]) => void} patch B's values of a step
 *   with A's
 * @property {(state: string) => void} source where the values on screen come from
 * @property {(connection: string) => void} reach whether the server answers
 * @property {(error: unknown) => void} failed say what went wrong
 * @property {(sentence: string, ...choices: HTMLElement[]) => void} tell a sentence to people
 * @property {(owner: string) => {tell: (sentence: string, ...choices: HTMLElement[]) => void,
 *   clear: () => void}} of sentences of an owner, which stand until it clears them
 * @property {(state: import("./live.js").State, reason?: string) => void} report how the connection
 *   is, and why the server refuses
 * @property {(offer: string) => void} offered what the server that has answered offers
 * @property {(format: string) => Promise<string>} image of the stage, as a data URL
 * @property {(done: (units: number[]) => void) => void} lasso
 * @property {(move: number, event: Event) => void} by from the player
 * @property {(index: number, since: number) => void} to
 * @property {() => void} toggle
 * @property {(box: any, since: number) => void} unfold open a box, and go to its first card
 * @property {(box: any, since: number) => void} fold
 * @property {(move: number, since: number) => void} detail a level of detail more or less
 * @property {(name: string) => Promise<void>} save a file, by its kind
 * @property {() => void} share
 * @property {() => void} help
 * @property {(place?: number) => void} tour begin it at a stop, or go on where one was
 * @property {() => number} tourPlace the stop where one was
 * @property {(linked: boolean) => void} resumeTour after the page was loaded anew, unless with a
 *   link that is not the tour's
 * @property {(ages: any[]) => void} ages those that are trained here, as the server lists them
 * @property {(file: File) => void} bring weights from a file, as an age of the network
 * @property {() => Promise<void>} refreshAges ask the server for them
 * @property {(error: {key: string}) => Promise<void>} lost the server knows not what is chosen
 * @property {(ages?: Promise<any>) => Promise<boolean>} readLink whether the address holds one that
 *   can be read, once the server's ages are known
 * @property {() => string} lot what the page's own addresses have in common, from one link to the
 *   next
 * @property {(more?: {present?: boolean, lock?: string[]}) => Promise<{href: string, whole:
 *   boolean}>} href the link to what is on screen, and whether it holds the pictures too; `more` is
 *   how whoever opens it is to see it
 * @property {(names: string[]) => void} lock no longer offer some things
 */

/**
 * Who shows the page: Gradio, or the file that somebody took home.
 *
 * @typedef {object} Host
 * @property {HTMLElement} element around `#explorer`
 * @property {any} props `start` as JSON
 * @property {any} server its functions, each from text to a reply
 * @property {(model: string, checkpoint: string) => Promise<ArrayBuffer>} [weights] where they need
 *   not be fetched
 * @property {boolean} [recorded] whether it answers with one pass that hooks have recorded
 * @property {any} watch
 * @property {(language: string) => void} relabel
 * @property {(hand: any) => void} cut
 */

/**
 * How much there may be of what, as the server has it (`explorer/ui/bounds.py`), and the lowest and
 * highest number of each option.
 *
 * @typedef {{text: number, value: number, images: number, inputs: number, boxes: number,
 *   edits: number, units: number, unit: number, layers: number, steps: number,
 *   rates: [number, number], options: number, numbers: Record<string, [number, number]>}} Bounds
 */

/**
 * @typedef {object} Known what a link may name, and what is so without one
 * @property {Bounds} bounds
 * @property {string[]} views
 * @property {string[]} amounts perturbations
 * @property {string[]} [fed] networks that are fed with examples; the server knows how many
 * @property {string[]} [lock] what is locked: it has its `usual` value
 * @property {any} [usual] what a state has unless its link says otherwise
 * @property {boolean} [kept] whether it was this browser that kept it: longer than an address
 */

/**
 * @typedef {object} Page what every part is created with
 * @property {HTMLElement} root
 * @property {any} start what the server sent once: words, models, samples, colours
 * @property {(name: string) => (text: string) => Promise<any>} ask a function of the server's
 * @property {(name: string) => (query: any) => Promise<any>} once one of them, asked once
 * @property {(text: string) => Promise<any>} view one question to the server; values that are here
 *   already do not come again
 * @property {(query: Query) => Promise<any>} expect ask for what is probably asked next; null
 *   where that fails
 * @property {any} live the connection
 * @property {any} store
 * @property {{view: string, panel: string}} screen what is open; no part of the query, but of a
 *   link
 * @property {Say} say
 * @property {any} settings
 * @property {any} colours
 * @property {any} painting
 * @property {Host["weights"]} weights
 * @property {Host["recorded"]} recorded
 * @property {Set<string>} locked what the page does not offer
 * @property {any} hand what the page computes itself
 * @property {Actions} actions
 * @property {Part[]} parts every part, those inside others too
 * @property {(query?: Partial<Query>, screen?: {view: string, panel: string}) => Query} wanted the
 *   chosen query (or another), and what the parts on screen ask for
 * @property {string[]} views their names, in order
 * @property {() => import("./pictures.js").Size} size of the chosen network's pictures
 * @property {() => number} most how many of them go into one query
 * @property {(pixels: string) => string} fit a picture of 28×28 in that size
 * @property {() => any} model the card of the chosen network
 * @property {() => string[]} labels of its classes
 * @property {() => {pixels: string, label: number}[]} samples drawings like those that the chosen
 *   network learnt from
 * @property {() => string[]} sampled their classes, and those of the test images
 * @property {() => boolean} predicts whether the chosen network answers with classes
 * @property {() => Step[]} steps of the chosen network, as the last reply has them; none before
 * @property {() => Step | undefined} step the chosen one of them
 * @property {() => import("./cards.js").Card[]} cards what the strip shows of them
 * @property {() => number} inputs how many go through the network in one pass
 * @property {() => any} folding what the last reply says of the strip's boxes; null without any
 * @property {(language: string) => void} relabel say to Gradio's own parts which language is spoken
 * @property {(hand: {turn: number, box: number[]}) => void} cut have the upload turned and cut by
 *   hand
 * @property {(handle: (text: string) => void) => void} uploads whom to tell of finished uploads
 */

export {};

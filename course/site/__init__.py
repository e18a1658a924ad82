"""The course as a site: `python -m course site`.

What authors write stands in `site/` at the top: settings, theme, widgets, and of each lab its cards, dialogue, memory aids and plan. What the
labs say is taken from their stored outputs: nothing is trained but, once, what two pages compute with. The way of a build, a module a step:

    build       source folder -> Sphinx -> what is not Sphinx's (slides, Anki, hand-outs, PDF) -> the folder put in its place
    labs        a lab's notebook -> its page, without solutions (or with them, for instructors)
    prose       links to labs, sections and terms in a lab's text
    overview    the map of the course, and its summaries in three lengths
    quiz, cards, anki, dialogues, aids, glossary        what readers revise with
    plans, schedule, guide, slides, launch                        what instructors teach with
    lenet, photo        the networks that read drawn digits and the reader's photos; kept by `networks`
    sphinx_ext  formulas as MathML, stable anchors of sections
    pdf         the course as one file, printed by a browser
"""

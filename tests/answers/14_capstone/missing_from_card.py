# | clause of the docstring | tested by | answers |
# |---|---|---|
# | required names that are not in the card | visible | only looks at what is there; stops at the first gap |
# | None | visible: "for" | None counts as an answer |
# | text of nothing but white space | visible: " "; hidden: a line break and a tab | only empty text; one blank |
# | the number 0 says something | visible: 0 openings | 0 counts as nothing |
# | measured names that are not in the card | hidden: e | measured names that lack are left out |
# | are no number there | visible: "about 90%"; hidden: "0.5" | text that holds a number counts; text is passed over; Python's own numbers only |
# | differ by more than 0.0005 | visible and hidden | has to be equal; within 0.005; the sign does not matter; one side only; measured numbers are not compared; rounds both to two digits; rounds both to three digits |
# | first required, in its order, then measured | visible and hidden | measured first; sorted; in the order of the card |
# | no name comes twice | visible: worst hand | a name may come twice |
# | a list of names | visible: the complete card | a set; True if complete; the names that are there |
# | the card is not changed | visible | fills the gaps of the card |
# | any way to do it | visible and hidden | two comprehensions; try and except |


# %% right: two comprehensions
def missing_from_card(card, required, measured):
    blank = [n for n in required if n not in card or card[n] is None or str(card[n]).strip() == ""]

    def fits(name):
        value = card.get(name)
        if value is None or isinstance(value, str):
            return False
        return bool(abs(float(value) - float(measured[name])) <= 5e-4)

    return blank + [name for name in measured if name not in blank and not fits(name)]


# %% right: try and except
def missing_from_card(card, required, measured):
    found = {}
    for name in required:
        said = card.get(name, "")
        if said is None or (type(said) is str and said.isspace()) or said == "":
            found[name] = True
    for name in measured:
        try:
            off = abs(card[name] - measured[name]) > 0.0005
        except (KeyError, TypeError):
            off = True
        if off:
            found[name] = True
    return list(found)


# %% wrong: only looks at what is there
def missing_from_card(card, required, measured):
    missing = []
    for name in (name for name in required if name in card):
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: stops at the first gap
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
            break
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: None counts as an answer
# says: None says nothing
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name, '')
        if (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: only empty text
# says: Blank text
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: one blank
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and value in ('', ' ')):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: 0 counts as nothing
# says: 0 is a number
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if not value or not str(value).strip():
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: measured names that lack are left out
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        if name not in card:
            continue
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: text that holds a number counts
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        try:
            value, is_number = float(value), True
        except (TypeError, ValueError):
            is_number = False
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: text is passed over
# says: is no number
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if is_number and not abs(value - number) <= 0.0005 and name not in missing:
            missing.append(name)
    return missing


# %% wrong: has to be equal
# says: 0.0005
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and value == number) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: within 0.005
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: the sign does not matter
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(abs(value) - abs(number)) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: one side only
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and (value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: measured numbers are not compared
# says: not the one that was measured
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (value is not None) and name not in missing:
            missing.append(name)
    return missing


# %% wrong: measured first
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return [n for n in missing if n in measured] + [n for n in missing if n not in measured]


# %% wrong: sorted
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return sorted(missing)


# %% wrong: in the order of the card
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return [n for n in card if n in missing] + [n for n in missing if n not in card]


# %% wrong: a name may come twice
# says: twice
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005):
            missing.append(name)
    return missing


# %% wrong: a set
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return set(missing)


# %% wrong: True if complete
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return not missing


# %% wrong: the names that are there
# says: fields that are there
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    return [name for name in (*required, *measured) if name not in missing]


# %% wrong: fills the gaps of the card
# says: changed card
def missing_from_card(card, required, measured):
    missing = []
    for name in required:
        value = card.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            missing.append(name)
    for name, number in measured.items():
        value = card.get(name)
        is_number = isinstance(value, (int, float, np.number))
        if not (is_number and abs(value - number) <= 0.0005) and name not in missing:
            missing.append(name)
    for name in missing:
        card.setdefault(name, None)
    return missing


# %% wrong: rounds both to two digits
def missing_from_card(card, required, measured):
    names = [n for n in required if card.get(n) is None or str(card[n]).strip() == ""]
    for name, number in measured.items():
        value = card.get(name)
        if value is None or isinstance(value, str) or round(float(value), 2) != round(number, 2):
            names.append(name)
    return list(dict.fromkeys(names))


# %% wrong: rounds both to three digits
# says: differ by less than
def missing_from_card(card, required, measured):
    names = [n for n in required if card.get(n) is None or str(card[n]).strip() == ""]
    for name, number in measured.items():
        value = card.get(name)
        if value is None or isinstance(value, str) or round(float(value), 3) != round(number, 3):
            names.append(name)
    return list(dict.fromkeys(names))


# %% wrong: Python's own numbers only
def missing_from_card(card, required, measured):
    names = [n for n in required if card.get(n) is None or str(card[n]).strip() == ""]
    for name, number in measured.items():
        value = card.get(name)
        if type(value) not in (int, float) or abs(value - number) > 0.0005:
            names.append(name)
    return list(dict.fromkeys(names))

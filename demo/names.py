"""Invented names of people and companies."""

GIVEN = (
    "Amara", "Bastian", "Chiara", "Dewi", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas",
    "Kadek", "Lucia", "Mateo", "Nadia", "Oskar", "Putri", "Quentin", "Rahma", "Sofia", "Tomas",
    "Ulla", "Viktor", "Wayan", "Ximena", "Yara", "Zeno", "Agus", "Beatriz", "Callum", "Daphne",
)  # fmt: skip
FAMILY = (
    "Adler", "Bakker", "Castell", "Darmawan", "Eriksen", "Fontaine", "Gunawan", "Hartono",
    "Iversen", "Jansen", "Kerrigan", "Lindqvist", "Moreau", "Navarro", "Okafor", "Pranoto",
    "Quist", "Rossetti", "Santoso", "Thornton", "Usman", "Vogel", "Wijaya", "Xavier", "Yulianto",
    "Zimmer", "Alvarado", "Brandt", "Coelho", "Devereux",
)  # fmt: skip
COMPANY_FIRST = (
    "Alder", "Amber", "Anchor", "Aspen", "Atlas", "Aurora", "Banyan", "Basalt", "Beacon", "Birch",
    "Borneo", "Bright", "Cedar", "Cobalt", "Copper", "Coral", "Crescent", "Delta", "Dune", "Ember",
    "Fern", "Fjord", "Flint", "Garnet", "Granite", "Harbor", "Hazel", "Heron", "Indigo", "Iris",
    "Ivory", "Jade", "Juniper", "Kestrel", "Lantern", "Larch", "Linden", "Lotus", "Lunar", "Maple",
    "Marble", "Meridian", "Mistral", "Nimbus", "North", "Oak", "Ocean", "Onyx", "Opal", "Orchid",
    "Osprey", "Pearl", "Pine", "Polar", "Quartz", "Raven", "Reef", "River", "Rowan", "Saffron",
    "Sage", "Silver", "Slate", "Solar", "Spruce", "Sterling", "Summit", "Tamarind", "Teak",
    "Timber", "Topaz", "Umber", "Vale", "Willow", "Zephyr",
)  # fmt: skip
COMPANY_SECOND = (
    "Analytics", "Bank", "Brands", "Capital", "Chemicals", "Clinics", "Components", "Construction",
    "Consulting", "Design", "Dynamics", "Education", "Electronics", "Energy", "Engineering",
    "Estates", "Farms", "Fashion", "Finance", "Foods", "Freight", "Games", "Glass", "Health",
    "Holdings", "Hotels", "Industries", "Instruments", "Insurance", "Labs", "Logistics",
    "Machines",
    "Marine", "Materials", "Media", "Mills", "Mobility", "Motors", "Networks", "Optics",
    "Packaging",
    "Partners", "Pharma", "Plastics", "Power", "Printing", "Publishing", "Rail", "Retail",
    "Robotics", "Security", "Services", "Shipping", "Software", "Steel", "Studios", "Supply",
    "Systems", "Technologies", "Telecom", "Textiles", "Tools", "Trading", "Transport", "Travel",
    "Ventures", "Water", "Works",
)  # fmt: skip
INDUSTRIES = (
    "Manufacturing", "Retail", "Financial services", "Healthcare", "Logistics", "Technology",
    "Energy", "Education", "Media", "Public sector",
)  # fmt: skip
JOB_TITLES = (
    "Head of Operations", "IT Manager", "Chief Technology Officer", "Data Analyst",
    "Procurement Manager", "Finance Director", "Software Engineer", "Operations Manager",
    "Chief Financial Officer", "Product Manager", "Student", "Consultant",
)  # fmt: skip
COMPETITORS = ("Northwind Suite", "Brightline", "Openfold", "In-house build", "Tessera")
LOSS_REASONS = (
    "No budget", "Chose a competitor", "No decision", "Missing feature", "Bad timing",
    "Lost contact", "Price",
)  # fmt: skip
OBJECTIONS = ("price", "security", "timing", "integration", "contract terms", "no need")

"""The objects of this org and their fields: the standard ones, and some of the company's own.

Which of the system's fields an object has differs, and a connector must ask: users, roles, stages
and record types are never in the recycle bin, field history has no SystemModstamp.
"""

from dataclasses import dataclass
from functools import cached_property

from demo.servers.salesforce.fields import Field, parse_fields
from demo.servers.salesforce.ids import PREFIXES

_CREATED = "CreatedDate:datetime CreatedById:reference>User"
_MODIFIED = "LastModifiedDate:datetime LastModifiedById:reference>User SystemModstamp:datetime"
_KEPT = f"{_CREATED} {_MODIFIED}"
_RECORD = f"IsDeleted:boolean {_KEPT}"
_FIELD_HISTORY = (
    f"IsDeleted:boolean {_CREATED} Field:picklist DataType:picklist "
    "OldValue:anyType NewValue:anyType"
)
_ACTIVITY = """
WhoId:reference>Contact,Lead WhatId:reference>Account,Opportunity,Campaign
AccountId:reference>Account
OwnerId:reference>User Subject:string Type:picklist ActivityDate:date IsArchived:boolean
Outcome__c:picklist Objection__c:picklist
"""


@dataclass(frozen=True)
class SObject:
    """An object: its fields, and what else the API says of it."""

    name: str
    fields: dict[str, Field]

    @cached_property
    def by_lower(self) -> dict[str, Field]:
        """Fields by their name in lower case: queries may write it in any."""
        return {name.lower(): each for name, each in self.fields.items()}

    @cached_property
    def relationships(self) -> dict[str, Field]:
        """References by the lower-case name of the way along them."""
        return {each.relationship.lower(): each for each in self.fields.values()
                if each.relationship}  # fmt: skip

    @property
    def key_prefix(self) -> str:
        """The first three characters of its ids."""
        return PREFIXES[self.name]

    def has(self, name: str) -> bool:
        """Whether the object has a field of exactly this name."""
        return name in self.fields


def _objects(definitions: dict[str, str]) -> dict[str, SObject]:
    return {
        name: SObject(name, parse_fields(f"Id:id {text}")) for name, text in definitions.items()
    }


OBJECTS = _objects({
    "Account": f"""
        {_RECORD} MasterRecordId:reference>Account Name:string Type:picklist Industry:picklist
        NumberOfEmployees:int AnnualRevenue:currency BillingCountry:string Website:url
        ParentId:reference>Account OwnerId:reference>User CurrencyIsoCode:picklist""",
    "Contact": f"""
        {_RECORD} MasterRecordId:reference>Contact AccountId:reference>Account FirstName:string
        LastName:string Name:string Email:email Title:string LeadSource:picklist
        OwnerId:reference>User""",
    "Lead": f"""
        {_RECORD} MasterRecordId:reference>Lead FirstName:string LastName:string Name:string
        Company:string Email:email Title:string Industry:picklist NumberOfEmployees:int
        Country:string LeadSource:picklist Status:picklist OwnerId:reference>User
        IsConverted:boolean ConvertedDate:date ConvertedAccountId:reference>Account
        ConvertedContactId:reference>Contact ConvertedOpportunityId:reference>Opportunity""",
    "LeadHistory": f"{_FIELD_HISTORY} LeadId:reference>Lead",
    "Opportunity": f"""
        {_RECORD} AccountId:reference>Account RecordTypeId:reference>RecordType Name:string
        Description:textarea StageName:picklist Amount:currency Probability:percent
        ExpectedRevenue:currency CloseDate:date Type:picklist LeadSource:picklist
        IsClosed:boolean IsWon:boolean ForecastCategory:picklist ForecastCategoryName:picklist
        CampaignId:reference>Campaign OwnerId:reference>User CurrencyIsoCode:picklist
        HasOpportunityLineItem:boolean LastStageChangeDate:datetime Loss_Reason__c:picklist
        Competitor__c:picklist Budget__c:picklist Authority__c:picklist Need__c:picklist
        Timeline__c:picklist Merged_Into__c:reference>Opportunity""",
    "OpportunityHistory": f"""
        IsDeleted:boolean {_CREATED} SystemModstamp:datetime OpportunityId:reference>Opportunity
        StageName:picklist Amount:currency ExpectedRevenue:currency CloseDate:date
        Probability:percent ForecastCategory:picklist PrevAmount:currency PrevCloseDate:date
        CurrencyIsoCode:picklist""",
    "OpportunityFieldHistory": f"{_FIELD_HISTORY} OpportunityId:reference>Opportunity",
    "OpportunityStage": f"""
        {_KEPT} MasterLabel:string ApiName:string IsActive:boolean SortOrder:int IsClosed:boolean
        IsWon:boolean ForecastCategory:picklist ForecastCategoryName:picklist
        DefaultProbability:percent Description:string""",
    "OpportunityLineItem": f"""
        {_RECORD} OpportunityId:reference>Opportunity Product2Id:reference>Product2 Name:string
        ProductCode:string Quantity:double UnitPrice:currency TotalPrice:currency
        ListPrice:currency CurrencyIsoCode:picklist""",
    "Product2": f"""
        {_RECORD} Name:string ProductCode:string Family:picklist IsActive:boolean
        Description:string CurrencyIsoCode:picklist""",
    "Campaign": f"""
        {_RECORD} Name:string Type:picklist Status:picklist StartDate:date EndDate:date
        BudgetedCost:currency ActualCost:currency IsActive:boolean ParentId:reference>Campaign
        OwnerId:reference>User CurrencyIsoCode:picklist""",
    "CampaignMember": f"""
        {_RECORD} CampaignId:reference>Campaign LeadId:reference>Lead ContactId:reference>Contact
        Status:picklist HasResponded:boolean FirstRespondedDate:date""",
    "Task": f"""
        {_RECORD} {_ACTIVITY} Status:picklist Priority:picklist IsClosed:boolean
        TaskSubtype:picklist CallDurationInSeconds:int CompletedDateTime:datetime""",
    "Event": f"""
        {_RECORD} {_ACTIVITY} ActivityDateTime:datetime StartDateTime:datetime
        EndDateTime:datetime DurationInMinutes:int EventSubtype:picklist""",
    "User": f"""
        {_KEPT} Username:string Name:string FirstName:string LastName:string Email:email
        IsActive:boolean UserRoleId:reference>UserRole ManagerId:reference>User Title:string
        Department:string Division:string UserType:picklist TimeZoneSidKey:picklist
        Hired_On__c:date Region__c:picklist""",
    "UserRole": f"{_MODIFIED} Name:string DeveloperName:string ParentRoleId:reference>UserRole",
    "RecordType": f"""
        {_KEPT} Name:string DeveloperName:string SobjectType:picklist IsActive:boolean
        BusinessProcessId:reference>BusinessProcess Description:string""",
    "BusinessProcess": f"""
        {_KEPT} Name:string TableEnumOrId:picklist IsActive:boolean Description:string""",
    "Organization": f"{_KEPT} Name:string OrganizationType:picklist IsSandbox:boolean",
})  # fmt: skip
BY_LOWER = {name.lower(): each for name, each in OBJECTS.items()}
BY_PREFIX = {each.key_prefix: each for name, each in OBJECTS.items() if "History" not in name}
